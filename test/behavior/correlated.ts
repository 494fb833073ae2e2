import assert from 'node:assert/strict';
import { emptyResource } from '@opentelemetry/resources';
import { memorySource } from '../../src/etl/open.ts';
import { Catalogue } from '../../src/etw/catalogue/catalogue.ts';
import { Correlator } from '../../src/etw/correlate/correlator.ts';
import { Decoder } from '../../src/etw/decoder.ts';
import { RecordMapper } from '../../src/etw/record_mapper.ts';
import { TraceStream } from '../../src/etw/trace.ts';
import { indexTrace } from '../../src/etw/trace_file.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { Account } from '../../src/telemetry/ledger.ts';

/** What a receiver makes of written traces of one host and boot. */
export interface Correlated {
  readonly records: readonly LogRecord[];
  readonly account: Account;
  /** The attributes of the records of a name, in order. */
  readonly named: (eventName: string) => Readonly<Record<string, unknown>>[];
  /** The attributes of the only record of a name; fails the test when there are more, or none. */
  readonly only: (eventName: string) => Readonly<Record<string, unknown>>;
}

/**
 * Decodes, maps and correlates traces as a receiver does. Fails the test when the account does not add up after
 * any event, or a record is not in order of time.
 */
export function correlated(...files: readonly Uint8Array[]): Correlated {
  const account = new Account('test', 'receiver');
  const records: LogRecord[] = [];
  const correlator = new Correlator({ account, onDefect: (_, error) => assert.fail(String(error)) });
  const mapper = new RecordMapper({
    resource: emptyResource(),
    scope: { name: 'test' },
    observedTime: 'event',
  });
  const decoder = new Decoder(Catalogue.shipped());
  const traces = files.map((file) => {
    const index = indexTrace(memorySource(file));
    return typeof index === 'string' ? assert.fail(index) : index;
  });
  const stream = new TraceStream(traces, decoder);
  const emit = (add: (out: LogRecord[]) => void): void => {
    const before = records.length;
    add(records);
    account.emitted += records.length - before;
    account.queued -= records.length - before;
    assert.equal(account.imbalance(), 0);
    assert.equal(account.queued, correlator.held);
  };
  for (let event = stream.next(); event !== undefined; event = stream.next()) {
    account.read++;
    const state = decoder.stateOf(event);
    if (state !== undefined) {
      account.consumeAsState(state, 1);
      continue;
    }
    const record = mapper.map(event);
    account.queued++;
    emit((out) => correlator.add(record, out));
  }
  emit((out) => correlator.flush(out));
  assert.equal(account.queued, 0);
  assertInOrder(records);
  const named = (name: string) => records.filter((r) => r.eventName === name).map((r) => r.attributes);
  return {
    records,
    account,
    named,
    only: (name) => {
      const [first, ...others] = named(name);
      assert.ok(first !== undefined && others.length === 0, `${others.length + 1} records ${name}`);
      return first;
    },
  };
}

function assertInOrder(records: readonly LogRecord[]): void {
  let last: readonly [number, number] = [0, 0];
  for (const { hrTime, eventName } of records) {
    const later = hrTime[0] > last[0] || (hrTime[0] === last[0] && hrTime[1] >= last[1]);
    assert.ok(later, `${eventName} is out of order`);
    last = hrTime;
  }
}
