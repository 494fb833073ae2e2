import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { MemoryStorage } from '../../test/support/memory_storage.ts';
import { NEVER, numbers, ScriptedSender } from '../../test/support/senders.ts';
import { internResource } from '../model/resource.ts';
import { Account } from '../telemetry/ledger.ts';
import { SILENT } from '../telemetry/logger.ts';
import { retryOnFailure, sendingQueue } from './config.ts';
import { Delivery } from './delivery.ts';
import { byLane, laneOf } from './lanes.ts';
import { SENT, type SendResult } from './sender.ts';

test('a container has one lane, whatever else its resources say; containers have several', () => {
  const lane = (attributes: Record<string, string>) => laneOf({ resource: internResource(attributes) });
  assert.equal(lane({ 'container.id': 'a', 'k8s.pod.name': 'x' }), lane({ 'container.id': 'a' }));
  const used = new Set(numbers(200).map((n) => lane({ 'container.id': `container-${n}` })));
  assert.equal(used.size, 16);
  assert.equal(lane({}), lane({ 'host.name': 'node' }));
});

test('a unit is cut by lane, and each part knows whose items it has', () => {
  const [a, b] = [{ batch: [1, 2, 3] }, { batch: [4, 5] }];
  const unit = {
    items: [1, 2, 3, 4],
    parts: [
      { request: a, count: 3 },
      { request: b, count: 1 },
    ],
  };
  assert.deepEqual(
    byLane(unit, (item) => item % 2),
    [
      { lane: 1, items: [1, 3], parts: [{ request: a, count: 2 }] },
      {
        lane: 0,
        items: [2, 4],
        parts: [
          { request: a, count: 1 },
          { request: b, count: 1 },
        ],
      },
    ],
  );
});

describe('order container', () => {
  // Items are container × 100 + number. Each first attempt fails for now, so what is not held back overtakes.
  for (const storage of [undefined, 'disk']) {
    it(`each container arrives in order, several at a time (${storage ?? 'memory'})`, async () => {
      const failed = new Set<number>();
      let together = 0;
      let most = 0;
      const arrived: number[] = [];
      const sender = new ScriptedSender<number>(async (batch): Promise<SendResult> => {
        most = Math.max(most, ++together);
        await new Promise(setImmediate);
        together--;
        const [first = 0] = batch;
        if (first % 3 === 0 && !failed.has(first)) {
          failed.add(first);
          return { kind: 'retryable', reason: 'once more' };
        }
        arrived.push(...batch);
        return SENT;
      });
      const delivery = new Delivery<number, number>({
        sender,
        config: {
          sending_queue: sendingQueue.parse({
            order: 'container',
            storage,
            num_consumers: 4,
            queue_size: 500,
          }),
          retry_on_failure: retryOnFailure.parse({ initial_interval: '1ms' }),
        },
        sizeOf: (batch) => batch.length,
        laneOf: (item) => Math.floor(item / 100),
        storage:
          storage === undefined
            ? undefined
            : {
                client: new MemoryStorage(),
                encode: (batch) => ({
                  messages: [{ bytes: new Uint8Array(Uint16Array.from(batch).buffer), items: batch.length }],
                  drops: [],
                }),
                decode: (bytes) => [...new Uint16Array(bytes.slice().buffer)],
                sender,
                split: { limit: () => 1e9, estimate: () => 0 },
              },
        account: new Account('test', 'exporter'),
        logger: SILENT,
      });
      await delivery.start();
      const offers = numbers(20).map((n) => delivery.consume([100 + n, 200 + n, 300 + n, 100 + n + 50]));
      await Promise.all(offers);
      await delivery.shutdown(NEVER);
      for (const container of [1, 2, 3]) {
        const own = arrived.filter((item) => Math.floor(item / 100) === container);
        const sent = numbers(20).flatMap((n) =>
          container === 1 ? [100 + n, 150 + n] : [container * 100 + n],
        );
        assert.deepEqual(own, sent);
      }
      assert.ok(most > 1, 'several at a time');
    });
  }
});
