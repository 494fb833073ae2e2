import { randomUUID } from 'node:crypto';
import { sessionGuid } from '../../../src/windows/sessions/owner.ts';
import { installed } from './installed.ts';

// Starts two sessions and leaves them: a system logger with Sigel's mark, and somebody else's.
const { Libraries } = await installed<typeof import('../../../src/windows/native/libraries.ts')>(
  'src/windows/native/libraries.ts',
);
const { etwControl } = await installed<typeof import('../../../src/windows/native/etw_control.ts')>(
  'src/windows/native/etw_control.ts',
);

const [, , , own = '', other = ''] = process.argv;
const control = etwControl(new Libraries());
if (control.kind === 'failed') throw new Error(control.error.message);
for (const [name, guid, systemLogger] of [
  [own, sessionGuid(own), true],
  [other, randomUUID(), false],
] as const) {
  const started = control.value.start({
    name,
    guid,
    bufferSizeKiB: 64,
    minimumBuffers: 4,
    maximumBuffers: 8,
    flushMilliseconds: 1000,
    clock: 'qpc',
    systemLogger,
    enableFlags: 0,
  });
  if (started.kind === 'failed') throw new Error(started.error.message);
}
