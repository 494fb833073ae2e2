import { Buffer } from 'node:buffer';
import { EVENT_METADATA_GUID } from '../../src/etw/constants.ts';
import { type TraceStep, writeTrace } from '../scenario/etl_writer.ts';
import type { ModernEvent } from '../scenario/event_headers.ts';
import { item } from '../scenario/extended_items.ts';
import type { Random } from '../scenario/random.ts';
import { encodeTraits } from '../scenario/tracelogging.ts';
import { eventInfo, manifestChunks, manifestXml, tlMetadata } from './descriptions.ts';
import { HOSTILE_NAMES, noise, oneIn, pick } from './hostile.ts';

/** A sound file whose events describe themselves or others with what chance brought together. */
export type Generator = (random: Random) => Buffer;

/** Makers of such files, by what they hold. */
export const GENERATORS: Readonly<Record<string, Generator>> = {
  'TraceLogging metadata': (random) => traceOf(many(random, 12, () => tlEvent(random))),
  'EventInfo blobs': (random) => {
    const guid = guidOf(random);
    const blobs = many(random, 4, (id): TraceStep => {
      const payload = eventInfo(random, guid, id % 4);
      return {
        ...place(),
        header: 'full',
        guid: EVENT_METADATA_GUID,
        opcode: oneIn(random, 5) ? 33 : 32,
        payload,
      };
    });
    return traceOf([...blobs, ...described(random, guid)]);
  },
  'EventSource manifests': (random) => {
    const guid = guidOf(random);
    const chunks: TraceStep[] = [];
    for (const payload of manifestChunks(random, manifestXml(random, guid)))
      chunks.push({ ...place(), header: 'event', provider: guid, id: 0xfffe, task: 0xfffe, payload });
    return traceOf([...chunks, ...described(random, guid)]);
  },
  'events of any number': (random) =>
    traceOf(
      many(random, 40, (): TraceStep => {
        const header = pick(random, ['system', 'compact', 'perfinfo'] as const);
        const pointerSize = pick(random, [4, 8] as const);
        const kernel = { header, group: random.integer(0, 16), type: random.integer(0, 128) };
        return { ...place(), ...kernel, pointerSize, version: random.integer(0, 8), payload: noise(random) };
      }),
    ),
};

let now = 2_000_000_000_000;
function place(): { time: number; pid: number; tid: number } {
  now += 1000;
  return { time: now, pid: now % 512, tid: 4 };
}

function traceOf(steps: readonly TraceStep[]): Buffer {
  return Buffer.from(writeTrace({ steps, startClock: now - 1_000_000, processors: 1 }));
}

function many(random: Random, most: number, make: (i: number) => TraceStep): TraceStep[] {
  return Array.from({ length: random.integer(1, most) }, (_, i) => make(i));
}

// A few GUIDs come back, so that what is known of them is replaced; most are new, so that tables fill up.
function guidOf(random: Random): string {
  return oneIn(random, 4) ? `0000000${random.integer(1, 9)}-1111-2222-3333-444444444444` : random.guid();
}

function tlEvent(random: Random): ModernEvent {
  const traits = encodeTraits({ name: pick(random, HOSTILE_NAMES), decode: random.guid() });
  return {
    ...place(),
    header: 'event',
    provider: guidOf(random),
    channel: 11,
    items: [item.provTraits(traits), item.schemaTl(tlMetadata(random))],
    payload: noise(random),
  };
}

function described(random: Random, provider: string): ModernEvent[] {
  return Array.from({ length: 8 }, (_, id) => ({
    ...place(),
    header: 'event',
    provider,
    id: id % 4,
    pointerSize: pick(random, [4, 8] as const),
    payload: noise(random),
  }));
}
