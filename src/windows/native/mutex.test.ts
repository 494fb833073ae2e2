import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Libraries } from './libraries.ts';
import { type MutexFunctions, MutexLiveness, mutexLiveness } from './mutex.ts';

/** Windows as the functions show it, and what was called. */
function liveness(answers: { create?: number; wait?: number; error?: number }) {
  const calls: string[] = [];
  const functions: MutexFunctions = {
    CreateMutexW: (_security, owned, name) => {
      calls.push(`create ${owned} ${name}`);
      return answers.create ?? 8;
    },
    WaitForSingleObject: (handle, timeout) => {
      calls.push(`wait ${handle} ${timeout}`);
      return answers.wait ?? 0;
    },
    ReleaseMutex: (handle) => calls.push(`release ${handle}`),
    CloseHandle: (handle) => calls.push(`close ${handle}`),
    GetLastError: () => answers.error ?? 0,
  };
  const mutexes = new MutexLiveness(functions);
  const claim = mutexes.claim('Global\\x');
  return { calls, claim, mutexes };
}

const CASES = [
  ['nobody has it', {}, 'ours', ['create 0 Global\\x', 'wait 8 0']],
  ['its owner is gone', { wait: 0x80 }, 'ours', ['create 0 Global\\x', 'wait 8 0']],
  ['its owner lives', { wait: 0x102 }, 'taken', ['create 0 Global\\x', 'wait 8 0', 'close 8']],
  ['its owner keeps others out', { create: 0, error: 5 }, 'taken', ['create 0 Global\\x']],
  ['no memory', { create: 0, error: 8 }, 'failed', ['create 0 Global\\x']],
  ['waiting fails', { wait: 0xffff_ffff, error: 6 }, 'failed', ['create 0 Global\\x', 'wait 8 0', 'close 8']],
] as const;
for (const [title, answers, kind, called] of CASES) {
  test(title, () => {
    const { claim, calls } = liveness(answers);
    assert.equal(claim.kind, kind);
    assert.deepEqual(calls, called);
    if (claim.kind === 'ours') claim.release();
  });
}

test('what this process holds is taken for itself as well, until it is released', () => {
  const { claim, mutexes, calls } = liveness({});
  assert.equal(mutexes.claim('Global\\x').kind, 'taken');
  assert.equal(calls.length, 2);
  assert.ok(claim.kind === 'ours');
  claim.release();
  const again = mutexes.claim('Global\\x');
  assert.ok(again.kind === 'ours');
  again.release();
});

test('a claim is released once', () => {
  const { claim, calls } = liveness({ wait: 0x80 });
  assert.ok(claim.kind === 'ours');
  assert.equal(claim.abandoned, true);
  claim.release();
  claim.release();
  assert.deepEqual(calls.slice(2), ['release 8', 'close 8']);
});

test('where there is no kernel32.dll, it says so', { skip: process.platform === 'win32' }, () => {
  assert.equal(mutexLiveness(new Libraries({ systemRoot: 'C:\\Windows' })).kind, 'failed');
});
