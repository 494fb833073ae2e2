import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { consume } from '../../src/windows/consumer/consume.ts';
import type { ConsumerWorkerData } from '../../src/windows/consumer/consumer.ts';
import { RingWriter } from '../../src/windows/consumer/ring.ts';
import { fakeEtw } from './fake_etw.ts';

// The consuming thread over traces on disk, in place of ETW: `library` is a folder, which holds the session's
// trace as `<session>.etl`. As a real session it stays silent behind its last event, until there is a file
// `<session>.stop`. Where there is a file `<session>.dies`, the thread dies instead. `<session>.told` gets a byte each time
// that all of it was told.
const { order, ring, library } = workerData as ConsumerWorkerData;
const file = (kind: string): string => join(library ?? '', `${order.session}.${kind}`);
const api = fakeEtw({ trace: new Uint8Array(readFileSync(file('etl'))) });
const nothing = new Int32Array(new SharedArrayBuffer(4));
const staying = {
  ...api,
  process(handle: bigint): number {
    const status = api.process(handle);
    appendFileSync(file('told'), '.');
    if (existsSync(file('dies'))) {
      // Not before the other side has seen that it was open.
      Atomics.wait(nothing, 0, 0, 100);
      throw new Error('a defect');
    }
    while (!existsSync(file('stop'))) Atomics.wait(nothing, 0, 0, 5);
    return status;
  },
};
consume(staying, order, new RingWriter(ring), (message) => parentPort?.postMessage(message));
