import { enable, eventsOf, markedProcess, PROCESS, PROCESS_KEYWORD, tellsOf } from '../events.ts';
import type { Finding } from '../finding.ts';
import { judged, skipped } from '../finding.ts';
import { libraries, observe } from '../observe.ts';
import { product } from '../product.ts';
import { clockFinding } from './raw.ts';

const WANTED = [enable(PROCESS, { matchAnyKeyword: PROCESS_KEYWORD })];
/** What a header that is made up says of the process that started the session. */
const UNKNOWN = 0xffffffff;
const HEADER_PID = 72 + 12;

/** Event by event: where the header comes from, whether time stamps are raw, whether the events come. */
export async function record(): Promise<readonly Finding[]> {
  let pid = -1;
  const seen = await observe({
    providers: WANTED,
    consumption: 'record',
    act: () => {
      pid = markedProcess().pid;
    },
    linger: 2000,
  });
  const first = seen.buffers[0];
  const isMade = first === undefined || new DataView(first.buffer).getUint32(HEADER_PID, true) === UNKNOWN;
  const ids = eventsOf(seen)
    .filter((event) => tellsOf(event, pid))
    .map(({ id }) => id);
  const hasBoth = ids.includes(1) && ids.includes(2);
  return [
    judged(
      'record-header',
      first === undefined ? 'no header at all' : undefined,
      isMade ? 'no header record came: it is made of what OpenTraceW said' : 'a header record came first',
      { end: seen.end.status },
    ),
    clockFinding('record-clock', seen),
    judged('record-events', hasBoth ? undefined : `ids ${ids.join(', ')} instead of 1 and 2`, 'they came'),
  ];
}

/** Both ways at once, by two consumers of two sessions: the same events of the same processes. */
export async function paths(): Promise<readonly Finding[]> {
  if (libraries.find('etw', 'OpenTraceFromRealTimeLogger', 'uint64', []).kind !== 'found')
    return [skipped('same-events', 'no whole buffers here')];
  const done = Promise.withResolvers<readonly number[]>();
  const both = (['raw', 'record'] as const).map((consumption, i) =>
    observe({
      providers: WANTED,
      consumption,
      act: async () => {
        if (i === 1) done.resolve(Array.from({ length: 20 }, () => markedProcess().pid));
        await done.promise;
      },
      linger: 2000,
    }),
  );
  const [one, other] = (await Promise.all(both)).map(eventsOf);
  const pids = new Set(await done.promise);
  const lines = (events: typeof one = []): string =>
    events
      .filter((event) => [...pids].some((pid) => tellsOf(event, pid)))
      .map(({ id, version, payload }) => `${id} ${version} ${payload.toString('hex')}`)
      .toSorted()
      .join('\n');
  const [a, b] = [lines(one), lines(other)];
  const wrong = a === '' ? 'no events of the processes' : a === b ? undefined : 'they differ';
  return [
    judged('same-events', wrong, 'both ways tell the same', { raw: one?.length, record: other?.length }),
  ];
}

/** What GetLastError says after opening a session that is not there. */
export async function openError(): Promise<readonly Finding[]> {
  const openers = ['raw', 'record'] as const;
  const findings: Finding[] = [];
  const consumer = product.openConsumer(product.placesFromEnvironment().etwLibrary);
  if (consumer.kind === 'failed') return [judged('open-error', consumer.error.message, '')];
  const api = consumer.value;
  for (const way of openers) {
    if (way === 'raw' && !api.hasRawBuffers) continue;
    const name = `sigel-verify-none-${process.pid}`;
    const opened =
      way === 'raw'
        ? api.openRaw(name, () => true)
        : api.openRecords(
            name,
            () => undefined,
            () => true,
          );
    const code = opened.kind === 'failed' ? opened.error.code : 0;
    const wrong =
      opened.kind === 'ok' ? 'a session that is not there opened' : code === 0 ? 'the code is 0' : undefined;
    findings.push(judged('open-error', wrong, `${way}: error ${code}`));
  }
  return findings;
}
