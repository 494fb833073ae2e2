import { installed } from './installed.ts';

// What Windows says of jobs, as one JSON object: `jobs.ts INSTALLATION STANDIN|- KIND:ID...`. Each is asked for twice.
const { Libraries, placesFromEnvironment } = await installed<
  typeof import('../../../src/windows/native/libraries.ts')
>('src/windows/native/libraries.ts');
const { hostJobs } = await installed<typeof import('../../../src/windows/jobs/host_jobs.ts')>(
  'src/windows/jobs/host_jobs.ts',
);

const [, , , standin = '-', ...wanted] = process.argv;
const places = placesFromEnvironment();
const libraries = new Libraries(standin === '-' ? places : { ...places, jobLibrary: standin });
const jobs = hostJobs(libraries);
const ask = (one: string): unknown => {
  const [kind = '', id = ''] = one.split(':');
  const isolation = kind === 'hostprocess' ? 'hostprocess' : 'process';
  return jobs.kind === 'ok' ? jobs.value.query({ id, details: { isolation } }) : jobs;
};
const answers = wanted.map((one) => [ask(one), ask(one)]);
const open = libraries.find<() => number>('jobs', 'StandinOpenJobs', 'uint32', []);
const stillOpen = open.kind === 'found' ? open.call() : null;
process.stdout.write(JSON.stringify({ answers, stillOpen }));
