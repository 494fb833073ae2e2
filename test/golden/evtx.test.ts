/** Recorded event logs, each with the same events as another reader (evtx_dump) decoded them. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderData } from '../../src/etw/render.ts';
import type { EventLogEvent } from '../../src/event_log/event.ts';
import { EventLogSchemas } from '../../src/event_log/schemas.ts';
import { readEvtx } from '../../src/evtx/read_evtx.ts';
import { ROOT } from '../interop/shared_data.ts';

const SAMPLES = join(ROOT, '..', 'shared', 'data', 'sigma', 'regression');
const have = existsSync(SAMPLES);
if (!have)
  process.stderr.write('NO RECORDED EVENT LOGS: ../shared/data/sigma/regression does not exist here\n');

interface Decoded {
  readonly Event: {
    readonly System: Record<string, unknown> & { readonly EventRecordID: number };
    readonly EventData?: Record<string, unknown>;
    readonly UserData?: Record<string, Record<string, unknown>>;
  };
}

test('every recorded event log reads as another reader reads it', {
  skip: have ? false : 'no recorded event logs',
}, async () => {
  const schemas = new EventLogSchemas();
  let compared = 0;
  for (const path of globSync('**/*.evtx', { cwd: SAMPLES })) {
    const events = new Map<number, EventLogEvent>();
    for await (const part of readEvtx(join(SAMPLES, path))) {
      assert.deepEqual(part.problems, [], path);
      for (const event of part.events) events.set(event.recordId, event);
    }
    for (const { Event } of decoded(join(SAMPLES, path.replace(/evtx$/, 'json')))) {
      const event = events.get(Event.System.EventRecordID);
      assert.ok(event !== undefined, `${path}: record ${Event.System.EventRecordID}`);
      assert.deepEqual(headOf(event), otherHead(Event.System), path);
      const ours = renderData(
        schemas.of(event),
        event.data.map(({ value }) => value),
      );
      const theirs = Event.EventData ?? Object.values(Event.UserData ?? {})[0] ?? {};
      for (const [name, value] of Object.entries(theirs)) {
        if (name === '#attributes') continue;
        assert.equal(plain(ours[name]), plain(value), `${path}: ${name}`);
        compared++;
      }
    }
  }
  assert.ok(compared > 2000, `${compared} fields compared`);
});

function decoded(path: string): Decoded[] {
  const texts = readFileSync(path, 'utf8')
    .trim()
    .split(/\n(?=\{)/);
  return texts.flatMap((text) => JSON.parse(text) as Decoded | Decoded[]);
}

function headOf({ eventId, version, level, task, channel, computer, pid, tid }: EventLogEvent): unknown {
  return { eventId, version, level, task, channel, computer, pid, tid };
}

function otherHead(system: Record<string, unknown>): unknown {
  const { EventID, Version, Level, Task, Channel, Computer, Execution } = system;
  const execution = (Execution as { '#attributes'?: Record<string, number> } | null)?.['#attributes'];
  return {
    eventId: typeof EventID === 'object' ? (EventID as Record<string, unknown>)['#text'] : EventID,
    version: Version ?? 0,
    level: Level,
    task: Task,
    channel: Channel,
    computer: Computer,
    pid: execution?.['ProcessID'] ?? -1,
    tid: execution?.['ThreadID'] ?? -1,
  };
}

/** As a text that both agree on: the other reader trims texts, writes GUIDs in capitals, keys as numbers and nothing as null. */
function plain(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value.trim().toLowerCase() : JSON.stringify(value);
  return /^(?:0x[0-9a-f]+|[0-9]+)$/.test(text) ? String(BigInt(text)) : text;
}
