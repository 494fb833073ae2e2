import { HEADER_BUFFER } from '../../../../src/etw/constants.ts';
import { enable, eventsOf, markedProcess, PROCESS, PROCESS_KEYWORD, tellsOf } from '../events.ts';
import type { Finding } from '../finding.ts';
import { judged, skipped } from '../finding.ts';
import { libraries, type Observed, observe } from '../observe.ts';
import { product } from '../product.ts';

const WANTED = [enable(PROCESS, { matchAnyKeyword: PROCESS_KEYWORD })];

/** Whether there are whole buffers, and whether they are what the decoder reads. */
export async function raw(build: number): Promise<readonly Finding[]> {
  const found = libraries.find('etw', 'OpenTraceFromRealTimeLogger', 'uint64', []);
  const isThere = found.kind === 'found';
  const exported = judged(
    'raw-exported',
    isThere || build < 20348 ? undefined : `build ${build} does not export it`,
    isThere ? `build ${build} exports it` : `build ${build} does not, as is expected before 20348`,
  );
  if (!isThere) return [exported, skipped('raw-buffers', 'no OpenTraceFromRealTimeLogger here')];
  let pid = -1;
  const seen = await observe({
    providers: WANTED,
    consumption: 'auto',
    act: () => {
      pid = markedProcess().pid;
    },
    linger: 2000,
  });
  return [exported, buffersFinding(seen), clockFinding('raw-clock', seen), markFinding(seen, pid)];
}

function buffersFinding(seen: Observed): Finding {
  const { path, fallback, buffers } = seen;
  const wrong = fallback ?? (path === 'raw' ? unsound(buffers) : `the path is ${path}`);
  const headers = buffers.map((bytes) => product.readBufferHeader(new DataView(bytes.buffer), 0));
  const facts = {
    buffers: headers.length,
    types: [...new Set(headers.map(({ type }) => type))],
    flags: [...new Set(headers.map(({ flags }) => `0x${flags.toString(16)}`))],
    filled: headers.slice(0, 8).map(({ filled }) => filled),
    processors: [...new Set(headers.map(({ processor }) => processor))],
  };
  return judged(
    'raw-buffers',
    wrong,
    `${headers.length} buffers, a header buffer first, all walkable`,
    facts,
  );
}

function unsound(buffers: readonly Uint8Array[]): string | undefined {
  if (buffers.length < 2) return `only ${buffers.length} buffers came`;
  for (const [i, bytes] of buffers.entries()) {
    const view = new DataView(bytes.buffer);
    const { filled, type, flags } = product.readBufferHeader(view, 0);
    if ((flags & 0x40) !== 0) return `buffer ${i} is compressed`;
    if ((type === HEADER_BUFFER) !== (i === 0)) return `buffer ${i} has type ${type}`;
    if (!product.walkBuffer(view, 0, filled).sound)
      return `the events of buffer ${i} do not end where it says`;
  }
  return undefined;
}

/** Events are of now: their time stamps are read with the right clock, from the right zero. */
export function clockFinding(point: string, seen: Observed): Finding {
  const events = eventsOf(seen).slice(2);
  const now = BigInt(Date.now()) * 1_000_000n;
  const ages = events.map(({ time }) => Number(now - time) / 1e9);
  if (ages.length === 0) return judged(point, 'no event came', '');
  const facts = { events: ages.length, oldest: Math.max(...ages), newest: Math.min(...ages) };
  const isNow = facts.oldest < 60 && facts.newest > -1;
  return judged(
    point,
    isNow ? undefined : 'the events are not of the last minute',
    'events are of now',
    facts,
  );
}

function markFinding(seen: Observed, pid: number): Finding {
  const events = eventsOf(seen).filter(({ provider }) => provider === PROCESS);
  const own = events.filter((event) => tellsOf(event, pid));
  const ids = [...new Set(own.map(({ id }) => id))];
  const wrong = ids.includes(1) && ids.includes(2) ? undefined : `ids ${ids.join(', ')} instead of 1 and 2`;
  return judged('raw-events', wrong, 'start and exit of a process came', { all: events.length });
}
