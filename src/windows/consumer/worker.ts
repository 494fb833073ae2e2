import { parentPort, workerData } from 'node:worker_threads';
import { openConsumer } from '../native/consumer_functions.ts';
import { consume } from './consume.ts';
import type { ConsumerWorkerData } from './consumer.ts';
import { RingWriter } from './ring.ts';

// The thread that ETW calls back on: it blocks in ProcessTrace until the session ends.
const { order, ring, library } = workerData as ConsumerWorkerData;
const api = openConsumer(library);
if (api.kind === 'ok')
  consume(api.value, order, new RingWriter(ring), (message) => parentPort?.postMessage(message));
else parentPort?.postMessage({ kind: 'failed', error: api.error });
