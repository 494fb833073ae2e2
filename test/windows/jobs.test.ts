import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { JobAnswer } from '../../src/containerd/job_queries.ts';
import { windowsBench } from './peers/bench.ts';
import { ensureJobClient, ensureJobStandin } from './peers/jobs.ts';
import { windowsPath } from './peers/wine.ts';
import type { Finding } from './verify/finding.ts';

const PROGRAM = fileURLToPath(new URL('programs/jobs.ts', import.meta.url));
const PROBE = fileURLToPath(new URL('verify/probe.ts', import.meta.url));
const PATIENCE = 20_000;
const [bench, client, standin] = await Promise.all([windowsBench(), ensureJobClient(), ensureJobStandin()]);
const missing = [bench, client, standin].find(({ kind }) => kind === 'missing');
const skip = missing?.kind === 'missing' ? missing.reason : false;
const root = mkdtempSync(join(tmpdir(), 'sigel-jobs-'));
after(() => {
  if (bench.kind === 'ready') bench.bench.dispose();
  rmSync(root, { recursive: true });
});

interface Said {
  /** Two answers for each that was asked for. */
  readonly answers: readonly (readonly [JobAnswer, JobAnswer])[];
  readonly stillOpen: number | null;
}

async function ask(
  library: string,
  wanted: readonly string[],
  env: Record<string, string> = {},
): Promise<Said> {
  assert.ok(bench.kind === 'ready');
  const args = [windowsPath(bench.bench.folder), library, ...wanted];
  const { code, stdout, stderr } = await bench.bench.runScript(PROGRAM, args, { env });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Said;
}

/** Runs the client with a job while `use` runs, which is given the pids that are in the job. */
async function withJob(id: string, use: (pids: readonly number[]) => Promise<void>): Promise<void> {
  assert.ok(bench.kind === 'ready' && client.kind === 'ready');
  const hold = join(root, id);
  writeFileSync(hold, '');
  const args = [`Global\\JobContainer_${id}`, windowsPath(hold)];
  const { ended } = bench.bench.wine.start(client.path, args);
  try {
    await use(await pidsIn(`${hold}.pids`));
  } finally {
    rmSync(hold);
    assert.equal((await ended).code, 0);
  }
}

async function pidsIn(path: string): Promise<readonly number[]> {
  for (let waited = 0; waited < PATIENCE; waited += 50) {
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split(/\s+/) : [];
    if (lines.length === 2) return lines.map(Number);
    await wait(50);
  }
  throw new Error('the client made no job');
}

test('a job of Wine: its processes are told, and it ends with its last handle, since none is kept', {
  skip,
}, async () => {
  await withJob('agent', async (pids) => {
    const { answers } = await ask('-', ['hostprocess:agent', 'hostprocess:none', 'process:agent']);
    const [agent, none, silo] = answers;
    for (const answer of agent ?? []) {
      assert.ok(answer.kind === 'facts', JSON.stringify(answer));
      assert.deepEqual(new Set(answer.job.pids), new Set(pids));
      // Wine knows no silos, and says that of each job.
      const { siloId, jobId, session } = answer.job;
      assert.deepEqual([siloId, jobId, session], [undefined, undefined, undefined]);
    }
    assert.deepEqual([none?.[0], silo?.[0]], [{ kind: 'absent' }, { kind: 'absent' }]);
  });
  assert.deepEqual(await lastAnswer(), { kind: 'absent' });
});

// Wine lets go of a job a moment after its last process has ended.
async function lastAnswer(): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    const { answers } = await ask('-', ['hostprocess:agent']);
    const answer = answers[0]?.[0];
    if (answer?.kind === 'absent' || tries === 5) return answer;
    await wait(500);
  }
}

test('all classes, as a Windows with containers answers', { skip }, async () => {
  assert.ok(standin.kind === 'ready');
  const library = windowsPath(standin.path);
  const wanted = ['process:web', 'hostprocess:agent', 'process:denied', 'process:none', 'process:a\\b'];
  const { answers, stillOpen } = await ask(library, wanted);
  assert.equal(stillOpen, 0);
  const pids = Array.from({ length: 700 }, (_, i) => 1000 + 4 * i);
  const silo = { siloId: '0a1b2c3d-4e5f-4a6b-8c7d-0123456789ab', jobId: 412, session: 6, pids };
  const job = { jobId: 413, pids: [1000] };
  const denied = 'opening the job of a process container is denied: run as LocalSystem';
  const once: readonly JobAnswer[] = JSON.parse(
    JSON.stringify([
      { kind: 'facts', job: silo, lacks: [] },
      { kind: 'facts', job, lacks: [] },
      { kind: 'failed', reason: denied },
      { kind: 'absent' },
      { kind: 'none' },
    ]),
  ) as readonly JobAnswer[];
  assert.deepEqual(
    answers,
    once.map((answer) => [answer, answer]),
  );
});

test('other builds of Windows: the session in a longer struct, and in a shorter one without the class of ids', {
  skip,
}, async () => {
  assert.ok(standin.kind === 'ready');
  for (const [size, unknown] of [
    ['40', ''],
    ['12', '30'],
  ] as const) {
    const env = { SIGEL_STANDIN_SILO_SIZE: size, SIGEL_STANDIN_UNKNOWN_CLASS: unknown };
    const { answers } = await ask(windowsPath(standin.path), ['process:web'], env);
    for (const answer of answers[0] ?? []) {
      assert.ok(answer.kind === 'facts');
      assert.equal(answer.job.session, 6);
      assert.equal(answer.job.siloId === undefined, unknown === '30');
      assert.match(answer.lacks.join(), unknown === '30' ? /^[^,]*JobObjectContainerId[^,]*$/ : /^$/);
    }
  }
});

test('the check of verify.ps1 finds the job that it made, and says that Wine tells no ids', {
  skip,
}, async () => {
  assert.ok(bench.kind === 'ready');
  const { stdout } = await bench.bench.runScript(PROBE, [windowsPath(bench.bench.folder), '-', 'jobs']);
  const findings = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Finding);
  assert.deepEqual(
    findings.map(({ point, verdict }) => `${point}: ${verdict}`),
    ['job: PASS', 'job-ids: FAIL'],
  );
});
