import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, win32 } from 'node:path';
import type { Signature } from '../../../../src/file_facts/signature.ts';
import { type Finding, judged } from '../finding.ts';
import { libraries } from '../observe.ts';
import { need, product } from '../product.ts';

/** A file with a signature of its own, one that a catalog lists, one that nobody signed; and the ways that lead to them. */
export async function signatures(): Promise<readonly Finding[]> {
  const { read } = need(product.hostSignatures());
  const folder = mkdtempSync(join(tmpdir(), 'sigel-verify-'));
  try {
    // Any file that is not in a catalog will do: this program.
    const unsigned = join(folder, 'unsigned.txt');
    copyFileSync(process.argv[1] ?? '', unsigned);
    const listed = win32.join(product.placesFromEnvironment().systemRoot, 'System32', 'cmd.exe');
    const device = product.deviceOfLetter(libraries)(listed.slice(0, 2)) ?? '';
    const cases = [
      ['signature-own', process.execPath, true, isTrusted],
      ['signature-catalog', listed, false, isTrusted],
      ['signature-device', `\\\\?\\GLOBALROOT${device}${listed.slice(2)}`, false, isTrusted],
      ['signature-none', unsigned, false, isUnsigned],
    ] as const;
    const findings: Finding[] = [];
    for (const [point, path, hasOwn, isRight] of cases) {
      const began = performance.now();
      const { value, lag } = await lagDuring(() => read({ path, hasOwn }));
      const milliseconds = Math.round(performance.now() - began);
      const wrong = !isRight(value)
        ? `${path}: ${said(value)}`
        : lag > 250
          ? `it blocked for ${lag} ms`
          : undefined;
      findings.push(judged(point, wrong, `${said(value)}, ${milliseconds} ms`, { path, milliseconds, lag }));
    }
    return findings;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const isTrusted = (one: Signature | undefined): boolean => one?.kind === 'signed' && one.isTrusted === true;
const isUnsigned = (one: Signature | undefined): boolean => one?.kind === 'unsigned';

function said(signature: Signature | undefined): string {
  if (signature?.kind !== 'signed') return signature?.kind ?? 'nothing can be said';
  return `${signature.status}, by ${signature.subject ?? 'nobody'}`;
}

/** What work gives, and for how many milliseconds it kept this thread at most. */
async function lagDuring<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly lag: number }> {
  let [lag, last] = [0, performance.now()];
  const timer = setInterval(() => {
    lag = Math.max(lag, performance.now() - last);
    last = performance.now();
  }, 10);
  try {
    return { value: await work(), lag: Math.round(lag) };
  } finally {
    clearInterval(timer);
  }
}
