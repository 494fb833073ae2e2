import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Isolation, JobFacts } from '../../containerd/facts.ts';
import type { JobAnswer } from '../../containerd/job_queries.ts';
import { writeGuid } from '../abi/guid_bytes.ts';
import { JobClass, NtStatus } from '../abi/job_constants.ts';
import type { JobCalls } from './job_calls.ts';
import { type JobSubject, jobName, WindowsJobs } from './windows_jobs.ts';

const GUID = '0a1b2c3d-4e5f-4a6b-8c7d-0123456789ab';
const WEB: JobSubject = { id: 'web', details: { isolation: 'process' } };

/** What a Windows of a test says of its one job: each class a status, or what stands in its bytes. */
interface Says {
  readonly open?: number;
  readonly ids?: number | { readonly guid: string; readonly job: number };
  readonly inServerSilo?: number | boolean;
  readonly session?: number | { readonly session: number; readonly size: number };
  readonly pids?: readonly number[];
}

class FakeWindows implements JobCalls {
  readonly says: Says;
  readonly log: string[] = [];
  #open = 0;

  constructor(says: Says) {
    this.says = says;
  }
  get stillOpen(): number {
    return this.#open;
  }
  open(name: string) {
    this.log.push(name);
    const status = this.says.open ?? 0;
    if (status === 0) this.#open++;
    return { status, handle: status === 0 ? 7n : 0n };
  }
  close(handle: bigint): void {
    assert.equal(handle, 7n);
    this.#open--;
  }
  query(handle: bigint, jobClass: number, buffer: Uint8Array): number {
    assert.equal(handle, 7n);
    this.log.push(`${jobClass}: ${buffer.length}`);
    const view = new DataView(buffer.buffer);
    const { ids = NtStatus.invalidInfoClass, inServerSilo = true, session = 0, pids = [] } = this.says;
    switch (jobClass) {
      case JobClass.containerId:
        if (typeof ids === 'number') return ids;
        if (buffer.length !== 36) return NtStatus.infoLengthMismatch;
        writeGuid(view, 0, ids.guid);
        view.setUint32(32, ids.job, true);
        return 0;
      case JobClass.siloBasicInformation:
        if (typeof inServerSilo === 'number') return inServerSilo;
        view.setUint8(12, inServerSilo ? 1 : 0);
        return 0;
      case JobClass.serverSiloBasicInformation: {
        const told = typeof session === 'number' ? { session, size: 32 } : session;
        if (buffer.length !== told.size) return NtStatus.infoLengthMismatch;
        view.setUint32(0, told.session, true);
        return 0;
      }
      default: {
        const room = Math.min((buffer.length - 8) / 8, pids.length);
        view.setUint32(0, pids.length, true);
        view.setUint32(4, room, true);
        for (let i = 0; i < room; i++) view.setBigUint64(8 + 8 * i, BigInt(pids[i] ?? 0), true);
        return room < pids.length ? NtStatus.bufferOverflow : 0;
      }
    }
  }
}

function ask(says: Says, isolation: Isolation = 'process'): { answer: JobAnswer; log: readonly string[] } {
  const windows = new FakeWindows(says);
  const answer = new WindowsJobs(windows).query({ id: 'web', details: { isolation } });
  assert.equal(windows.stillOpen, 0, 'no handle is kept');
  return { answer, log: windows.log };
}

function jobOf(says: Says, isolation: Isolation = 'process'): JobFacts {
  const { answer } = ask(says, isolation);
  assert.ok(answer.kind === 'facts', JSON.stringify(answer));
  return answer.job;
}

const names: readonly (readonly [string, Isolation, string | undefined])[] = [
  ['web', 'process', '\\Container_web'],
  ['web', 'hostprocess', '\\BaseNamedObjects\\JobContainer_web'],
  ['web', 'hyperv', undefined],
  ['web', 'unknown', undefined],
  ['a\\b', 'process', undefined],
  ['', 'process', undefined],
  ['x'.repeat(129), 'hostprocess', undefined],
  ['a b', 'hostprocess', undefined],
];
for (const [id, isolation, expected] of names)
  test(`the job of ${isolation} container "${id.slice(0, 8)}" is ${expected ?? 'none'}`, () =>
    assert.equal(jobName(id, isolation), expected));

test('what Windows says of a silo', () => {
  const says = { ids: { guid: GUID, job: 12 }, session: 6, pids: [4, 100, 104] };
  assert.deepEqual(jobOf(says), { siloId: GUID, jobId: 12, session: 6, pids: [100, 104] });
});

test('a HostProcess container has no session, whatever is said', () => {
  const { answer, log } = ask(
    { ids: { guid: GUID, job: 13 }, inServerSilo: false, session: 6 },
    'hostprocess',
  );
  assert.deepEqual(answer, {
    kind: 'facts',
    job: { siloId: GUID, jobId: 13, session: undefined, pids: [] },
    lacks: [],
  });
  assert.ok(!log.some((line) => line.startsWith('38:')));
});

for (const [session, why] of [
  [0, 'the node’s'],
  [0xffff_ffff, 'not given yet'],
] as const)
  test(`session ${session} is ${why}`, () => assert.equal(jobOf({ session }).session, undefined));

test('a null GUID and job 0 are none', () => {
  const ids = { guid: '00000000-0000-0000-0000-000000000000', job: 0 };
  assert.deepEqual(jobOf({ ids }), { siloId: undefined, jobId: undefined, session: undefined, pids: [] });
});

for (const size of [32, 40, 12])
  test(`the session of a Windows whose struct has ${size} bytes`, () =>
    assert.equal(jobOf({ session: { session: 9, size } }).session, 9));

test('a class that Windows does not know is told, and not asked for again', () => {
  const windows = new FakeWindows({ session: 6, pids: [100] });
  const jobs = new WindowsJobs(windows);
  for (let i = 0; i < 2; i++) {
    const answer = jobs.query(WEB);
    assert.ok(answer.kind === 'facts');
    assert.deepEqual([answer.job.siloId, answer.job.session, answer.job.pids], [undefined, 6, [100]]);
    assert.match(answer.lacks.join(), /JobObjectContainerId/);
  }
  assert.equal(windows.log.filter((line) => line.startsWith('30:')).length, 1);
});

test('what is refused for one job is asked of the next', () => {
  const windows = new FakeWindows({ ids: NtStatus.accessDenied });
  const jobs = new WindowsJobs(windows);
  for (let i = 0; i < 2; i++) jobs.query(WEB);
  assert.equal(windows.log.filter((line) => line.startsWith('30:')).length, 2);
});

test('a job of many processes, and of more than are kept', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => 100 + 4 * i);
  assert.deepEqual(jobOf({ pids: many(1000) }).pids, many(1000));
  assert.equal(jobOf({ pids: many(50_000) }).pids.length, 16_384);
});

const refusals: readonly (readonly [string, Says, Isolation, RegExp])[] = [
  ['denied', { open: NtStatus.accessDenied }, 'process', /"failed".*process container.*run as LocalSystem/],
  ['not there', { open: NtStatus.objectNameNotFound }, 'process', /"absent"/],
  ['an odd status', { open: 0xc000_0024 }, 'hostprocess', /"failed".*0xc0000024/],
  ['a silo that is none', { inServerSilo: false }, 'process', /"failed".*another kind/],
  ['a HostProcess job in a silo', { inServerSilo: true }, 'hostprocess', /"failed".*another kind/],
  ['a virtual machine', {}, 'hyperv', /"none"/],
];
for (const [title, says, isolation, expected] of refusals)
  test(`refused: ${title}`, () => assert.match(JSON.stringify(ask(says, isolation).answer), expected));
