import type { SessionSettings } from '../../../../src/windows/sessions/control.ts';
import { enable, eventsOf, markedProcess, PROCESS, PROCESS_KEYWORD, tellsOf } from '../events.ts';
import type { Finding } from '../finding.ts';
import { judged } from '../finding.ts';
import { control, libraries, observe, pause, settings, withSession } from '../observe.ts';
import { need, product } from '../product.ts';

const MAY_REFUSE = 87;

/** Which forms of the properties StartTraceW takes; those that it does not, with the one code that is handled. */
export function forms(): readonly Finding[] {
  const etw = need(product.etwFunctions(libraries));
  return [true, false].flatMap((milliseconds) =>
    ([2, 1] as const).map((version) => {
      const wanted = settings({ flushMilliseconds: milliseconds ? 250 : 1000 });
      const guid = product.sessionGuid(wanted.name);
      const properties = product.startProperties({ ...wanted, guid }, { version, milliseconds });
      const code = etw.StartTraceW(new BigUint64Array(1), wanted.name, properties);
      if (code === 0) control.stop(wanted.name);
      const form = `version ${version}, ${milliseconds ? 'milliseconds' : 'seconds'}`;
      const isKnown = code === 0 || (code === MAY_REFUSE && (version === 2 || milliseconds));
      return judged('forms', isKnown ? undefined : `${form}: error ${code}`, `${form}: ${code}`);
    }),
  );
}

/** A session has what it was asked for, the owner mark above all; names are compared without case. */
export async function mark(): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [kind, change] of [
    ['ordinary', {}],
    ['system logger', { systemLogger: true }],
  ] as const)
    findings.push(
      await withSession(settings(change), (session) => markOf(kind, session.name, session.handle)),
    );
  return findings;
}

function markOf(kind: string, name: string, handle: bigint): Finding {
  const guid = product.sessionGuid(name);
  const facts = need(control.query(name));
  const upper = control.query(name.toUpperCase());
  const listed = need(control.list()).find((one) => one.name === name);
  const again = control.start({ ...settings(), name: name.toUpperCase(), guid });
  if (again.kind === 'ok') control.stop(name.toUpperCase());
  const wrong =
    facts.guid !== guid
      ? `its GUID is ${facts.guid}`
      : listed?.guid !== guid
        ? `QueryAllTracesW says ${listed?.guid ?? 'nothing of it'}`
        : facts.handle !== handle
          ? 'its handle is not the one of StartTraceW'
          : upper.kind === 'failed'
            ? 'names are compared with case'
            : again.kind === 'ok' || again.error.code !== 183
              ? 'a second one of that name is not refused with 183'
              : undefined;
  return judged('mark', wrong, `${kind}: the GUID stays, in queries and in the list`, { ...facts });
}

/** Events come within the flush interval, in milliseconds where that is asked for. */
export async function flush(): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const flushMilliseconds of [250, 1000]) findings.push(await flushOf(flushMilliseconds));
  return findings;
}

async function flushOf(flushMilliseconds: number): Promise<Finding> {
  let [isThere, waited] = [false, 0];
  const seen = await observe({
    settings: { flushMilliseconds },
    providers: [enable(PROCESS, { matchAnyKeyword: PROCESS_KEYWORD })],
    act: async (_, buffers) => {
      const { pid } = markedProcess();
      const began = performance.now();
      // Before the session is stopped, which flushes as well.
      while (!isThere && waited < flushMilliseconds + 750) {
        await pause(50);
        isThere = eventsOf({ buffers }).some((event) => tellsOf(event, pid));
        waited = performance.now() - began;
      }
    },
  });
  const said = seen.facts.flushMilliseconds;
  const wrong =
    said !== flushMilliseconds
      ? `Windows made it ${said} ms`
      : isThere
        ? undefined
        : `nothing came within ${Math.round(waited)} ms`;
  const facts = { mode: `0x${seen.facts.logFileMode.toString(16)}`, waited };
  return judged(
    'flush-timer',
    wrong,
    `${flushMilliseconds} ms: events came after ${Math.round(waited)}`,
    facts,
  );
}

/** What an update changes, and that it leaves the rest alone. */
export function update(): Promise<readonly Finding[]> {
  return withSession(settings({ flushMilliseconds: 250 }), (session) => {
    const before = need(session.facts());
    const maximumBuffers = before.maximumBuffers + 8;
    const updated = control.update(session.name, { maximumBuffers, flushMilliseconds: 500 });
    const after = need(session.facts());
    const same: readonly (keyof SessionSettings)[] = ['guid', 'bufferSizeKiB', 'minimumBuffers', 'clock'];
    const changed = same.filter(
      (key) => after[key as keyof typeof after] !== before[key as keyof typeof before],
    );
    const wrong =
      updated.kind === 'failed'
        ? updated.error.message
        : after.maximumBuffers !== maximumBuffers || after.flushMilliseconds !== 500
          ? `it is ${after.maximumBuffers} buffers, ${after.flushMilliseconds} ms`
          : changed.length > 0
            ? `it changed ${changed.join(', ')}`
            : undefined;
    return [judged('update', wrong, 'changed what it was asked to', { before, after })];
  });
}

/** Buffers as many as the default of a session asks for. */
export function buffers(): Promise<readonly Finding[]> {
  const maximumBuffers = 62 * navigator.hardwareConcurrency;
  return withSession(settings({ minimumBuffers: 2, maximumBuffers }), (session) => {
    const facts = need(session.facts());
    const isKept = facts.maximumBuffers >= maximumBuffers && facts.bufferSizeKiB === 64;
    const wrong = isKept ? undefined : `${facts.maximumBuffers} buffers of ${facts.bufferSizeKiB} KiB`;
    return [judged('buffers', wrong, `${maximumBuffers} buffers of 64 KiB`, { ...facts })];
  });
}
