import { Buffer } from 'node:buffer';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { PROCESS } from '../events.ts';
import type { Finding } from '../finding.ts';
import { judged } from '../finding.ts';
import { libraries } from '../observe.ts';
import { product } from '../product.ts';

/** How long TDH takes for a description, and whether it knows one of a manifest and one of MOF. */
export function tdh(): readonly Finding[] {
  const calls = product.tdhCalls(libraries);
  const ask = (guid: string, change: (header: Buffer) => void): Finding => {
    const header = Buffer.alloc(80);
    header.set(product.guidBytes(guid), 24);
    header.writeUInt16LE(0x40, 4);
    change(header);
    const times = Array.from({ length: 5 }, () => {
      const began = performance.now();
      const answer = calls.eventInformation({ header, payload: new Uint8Array(64) });
      return { answer, milliseconds: performance.now() - began };
    });
    const answer = times[0]?.answer;
    const milliseconds = times.map((one) => Math.round(one.milliseconds * 100) / 100);
    const wrong = answer?.kind === 'ok' ? undefined : (answer?.error.message ?? 'it did not answer');
    const size = answer?.kind === 'ok' ? answer.value.length : 0;
    return judged('tdh', wrong, `${size} bytes, ms: ${milliseconds.join(', ')}`, { guid, milliseconds });
  };
  return [
    // Start of a process, version 0, of the manifest; the same of the kernel logger's MOF class, version 3.
    ask(PROCESS, (header) => {
      header.writeUInt16LE(1, 40);
    }),
    ask('3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c', (header) => {
      header.writeUInt16LE(0x140, 4);
      header.writeUInt8(3, 42);
      header.writeUInt8(1, 45);
    }),
  ];
}

/** Accounts are looked up beside everything else: of this process, and of a domain that nobody knows. */
export async function accounts(): Promise<readonly Finding[]> {
  const lookUp = product.accountLookUp(libraries);
  const rights = product.processRights(libraries);
  const user = rights.kind === 'ok' ? rights.value.user : undefined;
  const findings: Finding[] = [];
  for (const [sid, isKnown] of [
    [user ?? 'S-1-5-18', true],
    ['S-1-5-32-544', true],
    ['S-1-5-21-1122334455-1122334455-1122334455-1001', false],
  ] as const) {
    let [lag, last] = [0, performance.now()];
    const timer = setInterval(() => {
      lag = Math.max(lag, performance.now() - last);
      last = performance.now();
    }, 10);
    const began = performance.now();
    const found = await lookUp(sid);
    const milliseconds = Math.round(performance.now() - began);
    clearInterval(timer);
    const name = found.kind === 'ok' ? found.value.name : 'unknown';
    const wrong =
      (found.kind === 'ok') !== isKnown
        ? `${sid} is ${name}`
        : lag > 250
          ? `it blocked for ${lag} ms`
          : undefined;
    findings.push(judged('accounts', wrong, `${sid} is ${name}, ${milliseconds} ms`, { milliseconds, lag }));
  }
  return findings;
}

/** Letters of volumes, and that Node's clock is the one that stamps events. */
export async function volumes(): Promise<readonly Finding[]> {
  const known = product.readVolumes(product.deviceOfLetter(libraries));
  const letter = (process.env['SystemDrive'] ?? 'C:').toUpperCase();
  const has = [...known.values()].includes(letter);
  const volumesFinding = judged(
    'volumes',
    has ? undefined : `no volume has the letter ${letter}`,
    `${known.size} volumes with a letter`,
    Object.fromEntries(known),
  );
  return [volumesFinding, await clock()];
}

async function clock(): Promise<Finding> {
  const sample = product.sampleClock(libraries);
  const both = (): { ticks: number; hrtime: number } => {
    const { high = 0, low = 0 } = sample()?.ticks ?? {};
    return { ticks: high * 2 ** 32 + low, hrtime: Number(process.hrtime.bigint()) / 1e9 };
  };
  const first = both();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const second = both();
  const frequency = (second.ticks - first.ticks) / (second.hrtime - first.hrtime);
  // The clocks' zero is the same when the counter, by its own rate, tells the same time.
  const off = Math.abs(second.ticks / frequency - second.hrtime) / second.hrtime;
  const wrong = off < 0.001 ? undefined : 'process.hrtime is not the performance counter';
  return judged('hrtime', wrong, 'process.hrtime is the performance counter', { frequency, off });
}

/** A folder below %ProgramData% that is private; verify.ps1 looks at its access list. */
export function folder(path: string): readonly Finding[] {
  const makePrivate = product.privateFolders(libraries);
  const made = makePrivate(path);
  const again = makePrivate(path);
  const wrong =
    made.kind === 'failed' ? made.error.message : again.kind === 'failed' ? 'not twice' : undefined;
  return [judged('folder', wrong, `${path} was made, and taken again`)];
}

/** Removes what {@link folder} has made. */
export function removeFolder(path: string): readonly Finding[] {
  if (!/sigel-verify-/.test(path)) return [judged('folder', `${path} is none of ours`, '')];
  rmSync(dirname(path), { recursive: true, force: true });
  return [];
}
