import { installed } from './installed.ts';

// What Windows says of this host, as one JSON object.
const { Libraries } = await installed<typeof import('../../../src/windows/native/libraries.ts')>(
  'src/windows/native/libraries.ts',
);
const { deviceOfLetter } = await installed<typeof import('../../../src/windows/native/host_volumes.ts')>(
  'src/windows/native/host_volumes.ts',
);
const { readVolumes } = await installed<typeof import('../../../src/windows/host/volumes.ts')>(
  'src/windows/host/volumes.ts',
);
const { accountLookUp } = await installed<typeof import('../../../src/windows/native/host_accounts.ts')>(
  'src/windows/native/host_accounts.ts',
);
const { hostRegistry } = await installed<typeof import('../../../src/windows/native/host_registry.ts')>(
  'src/windows/native/host_registry.ts',
);
const { processRights } = await installed<typeof import('../../../src/windows/native/host_rights.ts')>(
  'src/windows/native/host_rights.ts',
);
const { privateFolders } = await installed<typeof import('../../../src/windows/native/host_folder.ts')>(
  'src/windows/native/host_folder.ts',
);
const { whoElseWritesHere } = await installed<typeof import('../../../src/windows/host/write_access.ts')>(
  'src/windows/host/write_access.ts',
);
const { sampleClock } = await installed<typeof import('../../../src/windows/native/host_clock.ts')>(
  'src/windows/native/host_clock.ts',
);
const { processMemory } = await installed<typeof import('../../../src/windows/native/host_memory.ts')>(
  'src/windows/native/host_memory.ts',
);
const { openHost } = await installed<typeof import('../../../src/windows/native/host_live.ts')>(
  'src/windows/native/host_live.ts',
);
const { ProviderVersions } = await installed<
  typeof import('../../../src/windows/schemas/provider_versions.ts')
>('src/windows/schemas/provider_versions.ts');

const libraries = new Libraries();
const lookUp = accountLookUp(libraries);
const registry = hostRegistry(libraries);
const makePrivate = privateFolders(libraries);
const rights = processRights(libraries);
const whoElseWrites = whoElseWritesHere(libraries);
const [, , , privateFolder = '', takenFile = '', foreignFolder = '', sharedFolder = ''] = process.argv;
const windows = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

// All of it together; there is no TDH beside it.
const host = openHost({ libraries, cacheFolder: privateFolder });
host.accounts.account('S-1-5-32-549');
await new Promise((resolve) => setTimeout(resolve, 500));
const together = {
  problem: host.problem ?? null,
  known: host.accounts.account('S-1-5-32-549')?.name ?? null,
  volumes: host.volumes.known.get('HarddiskVolume1'),
  changed: host.volumes.refresh() ?? null,
};
await host.close();

const memory = processMemory(libraries);
const sample = sampleClock(libraries);
const [first, wall] = [sample(), Date.now()];
await new Promise((resolve) => setTimeout(resolve, 200));
const second = sample();
const clock = {
  offWall: first === undefined ? null : Math.abs(first.seconds + first.nanoseconds / 1e9 - wall / 1000),
  seconds:
    first === undefined || second === undefined
      ? null
      : second.seconds - first.seconds + (second.nanoseconds - first.nanoseconds) / 1e9,
  ticks:
    first === undefined || second === undefined
      ? null
      : (second.ticks.high - first.ticks.high) * 2 ** 32 + second.ticks.low - first.ticks.low,
};

process.stdout.write(
  JSON.stringify({
    devices: { c: deviceOfLetter(libraries)('C:'), none: deviceOfLetter(libraries)('Q:') ?? null },
    volumes: [...readVolumes(deviceOfLetter(libraries))],
    system: await lookUp('S-1-5-18'),
    administrators: await lookUp('S-1-5-32-544'),
    own: rights.kind === 'ok' ? await lookUp(rights.value.user ?? '') : null,
    nobody: await lookUp('S-1-5-21-1-2-3-4'),
    noSid: await lookUp('alice'),
    build: registry.text(windows, 'CurrentBuildNumber'),
    expanded: registry.text('SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment', 'ComSpec'),
    absent: registry.text(windows, 'NoSuchValue') ?? null,
    notNumber: registry.number(windows, 'CurrentBuildNumber') ?? null,
    version: new ProviderVersions(registry).of('7c1d3b52-0e4f-4a69-8b1c-d2e3f4a5b6c7'),
    rights,
    clock,
    memory: memory.kind === 'ok' && {
      committed: memory.value.committed(),
      limit: memory.value.limit() ?? null,
    },
    together,
    folder: makePrivate(privateFolder).kind,
    again: makePrivate(privateFolder).kind,
    file: makePrivate(takenFile).kind,
    foreign: makePrivate(foreignFolder),
    writers: [privateFolder, takenFile, sharedFolder, `${sharedFolder}\\none`].map(
      (path) => whoElseWrites(path, 'content') ?? null,
    ),
  }),
);
