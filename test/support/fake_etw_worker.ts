import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { consume } from '../../src/windows/consumer/consume.ts';
import type { ConsumerWorkerData } from '../../src/windows/consumer/consumer.ts';
import { RingWriter } from '../../src/windows/consumer/ring.ts';
import { fakeEtw } from './fake_etw.ts';

// The consuming thread over a trace on disk, in place of ETW: `library` is the trace's path. A session whose
// name ends in `-dies` brings the thread down.
const { order, ring, library } = workerData as ConsumerWorkerData;
const api = fakeEtw({ trace: new Uint8Array(readFileSync(library ?? '')) });
consume(api, order, new RingWriter(ring), (message) => parentPort?.postMessage(message));
if (order.session.endsWith('-dies')) throw new Error('a defect');
