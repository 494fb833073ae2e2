import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Decoder } from '../decoder.ts';
import type { EventView } from '../event_view.ts';
import { PayloadReader } from '../payload.ts';
import { TextCache } from '../text.ts';
import { TraceStream } from '../trace.ts';
import { indexTrace } from '../trace_file.ts';
import { Catalogue } from './catalogue.ts';

const traces = new URL('../../../../shared/data/etl/', import.meta.url);
const present = existsSync(traces);
if (!present) {
  console.error(
    'catalogue: the recorded traces (../shared/data/etl) are not here; not measuring what decodes',
  );
}

/** Written by a test program that logs payloads of a 64-bit kernel with headers of a 32-bit one. */
const MIXED = /^sawbuck-(image|process)-64-/;

const decoder = new Decoder(Catalogue.shipped());
const reader = new PayloadReader(new TextCache());

function* events(name: string): Generator<EventView> {
  const file = readFileSync(new URL(name, traces));
  const bytes = name.endsWith('.gz') ? gunzipSync(file) : file;
  const index = indexTrace({
    size: bytes.length,
    read(position, target) {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
  });
  if (typeof index === 'string') assert.fail(`${name}: ${index}`);
  const stream = new TraceStream([index], decoder);
  for (let event = stream.next(); event !== undefined; event = stream.next()) yield event;
}

function isDecoded(event: EventView): boolean {
  return decoder.stateOf(event) !== undefined || decoder.decodes(event);
}

function bytesLeft(event: EventView): number {
  const { compiled, view, bytes, payloadStart, payloadEnd, pointerSize } = event;
  if (compiled === undefined) return payloadEnd - payloadStart;
  reader.decode(compiled.program, view, bytes, payloadStart, payloadEnd, pointerSize);
  return payloadEnd - reader.position;
}

test('what the recorded traces hold decodes, but for what the documentation lists', {
  skip: !present,
}, () => {
  let all = 0;
  const missing = new Map<string, number>();
  const left = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string): void => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  for (const name of readdirSync(traces).filter((file) => /\.etl(\.gz)?$/.test(file))) {
    for (const event of events(name)) {
      all++;
      if (!isDecoded(event)) count(missing, event.providerName);
      const isClass = event.kind === 'kernel' || event.kind === 'classic';
      if (isClass && !MIXED.test(name) && bytesLeft(event) > 0)
        count(left, `${event.providerName} ${event.opcode} version ${event.version}`);
    }
  }
  const lost = [...missing.values()].reduce((sum, events) => sum + events, 0);
  console.error(
    `catalogue: ${all - lost} of ${all} recorded events decode (${((1 - lost / all) * 100).toFixed(2)} %)`,
  );
  assert.deepEqual(Object.fromEntries(missing), documented());
  // Payloads of classes are consumed to the last byte: a layout that fits by chance would not be.
  assert.deepEqual(Object.fromEntries(left), {});
});

/** The first table of docs/undecoded.md: provider to events. */
function documented(): Record<string, number> {
  const text = readFileSync(new URL('../../../docs/undecoded.md', import.meta.url), 'utf8');
  const [, table = ''] = text.split('## ');
  const rows = [...table.matchAll(/^\| `(.+?)` \| (\d+) \|/gm)];
  return Object.fromEntries(rows.map(([, provider = '', events]) => [provider, Number(events)]));
}
