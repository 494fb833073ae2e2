import { Buffer } from 'node:buffer';
import { address } from 'koffi';
import { EVENT_RECORD } from '../abi/structs.ts';
import type { EventImage } from '../schemas/event_image.ts';
import { type Tdh, TdhLimit } from '../schemas/tdh.ts';
import type { Called } from '../sessions/control.ts';
import { callOf } from './host_calls.ts';
import { refused } from './host_failure.ts';
import { wide } from './host_text.ts';
import type { Libraries } from './libraries.ts';

const ERROR_INSUFFICIENT_BUFFER = 122;
const FIRST_SIZE = 8 * 1024;
/** The list of providers may grow between two calls. */
const MAX_TRIES = 4;

/** TDH of this host. */
export function tdhCalls(libraries: Libraries): Tdh {
  const information = callOf(libraries, 'tdh', 'TdhGetEventInformation', 'pnppp');
  const map = callOf(libraries, 'tdh', 'TdhGetEventMapInformation', 'pppp');
  const providers = callOf(libraries, 'tdh', 'TdhEnumerateProviders', 'pp');
  return {
    eventInformation(event) {
      const record = recordOf(event);
      return answer('TdhGetEventInformation', TdhLimit.eventInformation, (into, size) =>
        information?.(record.bytes, 0, null, into, size),
      );
    },
    eventMap(event, name) {
      const record = recordOf(event);
      return answer('TdhGetEventMapInformation', TdhLimit.eventMap, (into, size) =>
        map?.(record.bytes, wide(name), into, size),
      );
    },
    providers: () =>
      answer('TdhEnumerateProviders', TdhLimit.providers, (into, size) => providers?.(into, size)),
  };
}

// All three want to be told a size, and tell the right one when it was too small.
function answer(
  what: string,
  limit: number,
  call: (into: Uint8Array, size: Uint32Array) => number | undefined,
): Called<Uint8Array> {
  let room = FIRST_SIZE;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const into = new Uint8Array(room);
    const size = Uint32Array.of(room);
    const code = call(into, size);
    const given = size[0] ?? 0;
    if (code === 0) return { kind: 'ok', value: into.slice(0, Math.min(given, room)) };
    if (code !== ERROR_INSUFFICIENT_BUFFER || given > limit) return refused(what, code ?? 0);
    room = Math.min(limit, Math.max(given, room * 2));
  }
  return refused(what, ERROR_INSUFFICIENT_BUFFER);
}

/** An EVENT_RECORD in memory of our own; it points into `payload`, which must live as long. */
function recordOf({ header, payload }: EventImage): { readonly bytes: Buffer; readonly payload: Buffer } {
  const bytes = Buffer.alloc(EVENT_RECORD.size);
  // Of its own, and not empty: a pointer into it has to be good.
  const kept = Buffer.alloc(Math.max(8, payload.length));
  kept.set(payload);
  bytes.set(header, 0);
  bytes.writeUInt16LE(payload.length, EVENT_RECORD.at.UserDataLength);
  bytes.writeBigUInt64LE(address(kept), EVENT_RECORD.at.UserData);
  return { bytes, payload: kept };
}
