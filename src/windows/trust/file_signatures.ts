import type { ReadSignature, Signature, SignedFile } from '../../file_facts/signature.ts';
import { TrustAnswer } from '../abi/trust_constants.ts';
import { signatureOf } from './answers.ts';
import {
  CATALOG_DIGESTS,
  type Listed,
  type OpenFile,
  type TrustAnswered,
  type TrustCalls,
} from './trust_calls.ts';

/**
 * Asks Windows for signatures: for that in the file, and where there is none that it trusts, for a catalog that lists
 * the file.
 *
 * @param listed A file of Windows that a catalog lists. Windows tells a search that fails only on the thread that asked, and
 *   the asking is done on another one: so a file is unsigned only where the same search does find this one.
 */
export function fileSignatures(calls: TrustCalls, listed: string): ReadSignature {
  return async ({ path, hasOwn }: SignedFile) =>
    whileOpen(calls, path, async (file): Promise<Signature | undefined> => {
      const own = hasOwn ? await ownOf(calls, file) : undefined;
      if (own?.code === TrustAnswer.trusted) return signatureOf(own);
      const found = await search(calls, file);
      if (found.kind === 'listed' && (own === undefined || found.answer.code === TrustAnswer.trusted))
        return signatureOf(found.answer);
      if (own !== undefined) return signatureOf(own);
      return !hasOwn && (await catalogsAnswer(calls, listed)) ? { kind: 'unsigned' } : undefined;
    });
}

// Of a table of certificates that it cannot read, Windows says the same as of a file that it cannot read.
async function ownOf(calls: TrustCalls, file: OpenFile): Promise<TrustAnswered | undefined> {
  const own = await calls.verifyOwn(file);
  return own.code === TrustAnswer.noSignature ? undefined : own;
}

async function search(calls: TrustCalls, file: OpenFile): Promise<Listed> {
  for (const digest of CATALOG_DIGESTS) {
    const found = await calls.verifyListed(file, digest);
    if (found.kind === 'listed') return found;
  }
  return { kind: 'not_found' };
}

async function catalogsAnswer(calls: TrustCalls, listed: string): Promise<boolean> {
  const found = await whileOpen(calls, listed, (file) => search(calls, file));
  return found?.kind === 'listed';
}

async function whileOpen<T>(
  calls: TrustCalls,
  path: string,
  use: (file: OpenFile) => Promise<T>,
): Promise<T | undefined> {
  const file = await calls.open(path);
  if (file === undefined) return undefined;
  try {
    return await use(file);
  } finally {
    calls.close(file);
  }
}
