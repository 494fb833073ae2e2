import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signature } from '../../file_facts/signature.ts';
import { fileSignatures } from './file_signatures.ts';
import type { CatalogDigest, TrustCalls } from './trust_calls.ts';

const LISTED = 'C:\\Windows\\System32\\cmd.exe';
const FILE = 'C:\\a.exe';
const BAD_DIGEST = 0x8009_6010;
const NO_SIGNATURE = 0x800b_0100;
const UNTRUSTED_ROOT = 0x800b_0109;

/** A Windows: answers for the file by its own signature, and by a catalog. */
interface Windows {
  readonly own?: number;
  readonly listed?: Partial<Record<CatalogDigest, number>>;
  /** The catalogs answer. Default: they do. */
  readonly answers?: boolean;
  readonly missing?: boolean;
}

async function ask({ own, listed = {}, answers = true, missing = false }: Windows) {
  const log: string[] = [];
  let open = 0;
  const calls: TrustCalls = {
    async open(path) {
      if (missing) return undefined;
      open++;
      return { path, handle: 1n };
    },
    close: () => void open--,
    async verifyOwn() {
      log.push('own');
      return { code: own ?? NO_SIGNATURE, subject: own === undefined ? undefined : 'Own' };
    },
    async verifyListed({ path }, digest) {
      log.push(path === LISTED ? `known ${digest}` : digest);
      const code = !answers ? undefined : path === LISTED ? 0 : listed[digest];
      return code === undefined
        ? { kind: 'not_found' }
        : { kind: 'listed', answer: { code, subject: 'Catalog' } };
    },
  };
  const signature = await fileSignatures(calls, LISTED)({ path: FILE, hasOwn: own !== undefined });
  assert.equal(open, 0, 'every file is closed');
  return { signature, log: log.join(', ') };
}

const signed = (status: string, subject: string, isIntact?: boolean, isTrusted?: boolean): Signature => ({
  kind: 'signed',
  status,
  isIntact,
  isTrusted,
  subject,
});

const table: readonly (readonly [string, Windows, Signature | undefined, log: string])[] = [
  ['its own, trusted: nothing else is asked', { own: 0 }, signed('trusted', 'Own', true, true), 'own'],
  [
    'listed by the newer digest',
    { listed: { SHA256: 0 } },
    signed('trusted', 'Catalog', true, true),
    'SHA256',
  ],
  [
    'listed by the older digest',
    { listed: { SHA1: 0 } },
    signed('trusted', 'Catalog', true, true),
    'SHA256, SHA1',
  ],
  [
    'its own not trusted, but listed',
    { own: UNTRUSTED_ROOT, listed: { SHA256: 0 } },
    signed('trusted', 'Catalog', true, true),
    'own, SHA256',
  ],
  [
    'its own not trusted, and listed by a catalog that is not either',
    { own: BAD_DIGEST, listed: { SHA256: UNTRUSTED_ROOT } },
    signed('TRUST_E_BAD_DIGEST', 'Own', false),
    'own, SHA256',
  ],
  ['altered', { own: BAD_DIGEST }, signed('TRUST_E_BAD_DIGEST', 'Own', false), 'own, SHA256, SHA1'],
  [
    'a root that Windows does not have: nothing is said of trust',
    { own: UNTRUSTED_ROOT },
    signed('CERT_E_UNTRUSTEDROOT', 'Own'),
    'own, SHA256, SHA1',
  ],
  ['expired', { own: 0x800b_0101 }, signed('CERT_E_EXPIRED', 'Own', undefined, false), 'own, SHA256, SHA1'],
  ['an answer without a name', { own: 0x8009_6005 }, signed('0x80096005', 'Own'), 'own, SHA256, SHA1'],
  ['unsigned', {}, { kind: 'unsigned' }, 'SHA256, SHA1, known SHA256'],
  [
    'catalogs that do not answer: nothing is said',
    { answers: false },
    undefined,
    'SHA256, SHA1, known SHA256, known SHA1',
  ],
  [
    'a table of certificates that cannot be read: nothing is said',
    { own: NO_SIGNATURE },
    undefined,
    'own, SHA256, SHA1',
  ],
  ['a file that cannot be opened', { missing: true }, undefined, ''],
];
for (const [title, windows, signature, log] of table)
  test(title, async () => assert.deepEqual(await ask(windows), { signature, log }));
