import { Buffer } from 'node:buffer';
import { guidBytes } from '../abi/guid_bytes.ts';
import { SYSTEM_CATALOGS } from '../abi/trust_constants.ts';
import { CATALOG_INFO } from '../abi/trust_structs.ts';
import type { CatalogDigest, OpenFile } from '../trust/trust_calls.ts';
import { callOf } from './host_calls.ts';
import { fromWide, wide } from './host_text.ts';
import { laterCallOf } from './later.ts';
import type { Libraries } from './libraries.ts';
import type { CatalogMember } from './trust_data.ts';

/** Bytes; SHA-256 has 32. */
const MAX_DIGEST = 64;

/** Looks for the catalog that lists a file. */
export interface Catalogs {
  /** Gives it to `use` while what Windows keeps for it is there; undefined where none was found, or the search failed. */
  member<T>(
    file: OpenFile,
    digest: CatalogDigest,
    use: (member: CatalogMember) => Promise<T>,
  ): Promise<T | undefined>;
}

/** The catalogs of this Windows; none is found where it lacks a function for it. */
export function catalogs(libraries: Libraries): Catalogs {
  const calls = catalogCalls(libraries);
  if (calls === undefined) return { member: () => Promise.resolve(undefined) };
  const subsystem = guidBytes(SYSTEM_CATALOGS);
  return {
    async member(file, digest, use) {
      const out = new BigUint64Array(1);
      if (!(await calls.acquire(out, subsystem, wide(digest), null, 0))) return undefined;
      const [admin = 0n] = out;
      try {
        const found = await digestOf(calls, admin, file);
        const catalog = found === undefined ? undefined : await catalogOf(calls, admin, found);
        if (found === undefined || catalog === undefined) return undefined;
        return await use({ admin, digest: found, catalog });
      } finally {
        calls.release(admin, 0);
      }
    },
  };
}

type CatalogCalls = NonNullable<ReturnType<typeof catalogCalls>>;

function catalogCalls(libraries: Libraries) {
  const acquire = laterCallOf(libraries, 'wintrust', 'CryptCATAdminAcquireContext2', 'ppppn');
  const hash = laterCallOf(libraries, 'wintrust', 'CryptCATAdminCalcHashFromFileHandle2', 'hhppn');
  const search = laterCallOf(libraries, 'wintrust', 'CryptCATAdminEnumCatalogFromHash', 'hpnnp', 'h');
  const info = callOf(libraries, 'wintrust', 'CryptCATCatalogInfoFromContext', 'hpn');
  const releaseCatalog = callOf(libraries, 'wintrust', 'CryptCATAdminReleaseCatalogContext', 'hhn');
  const release = callOf(libraries, 'wintrust', 'CryptCATAdminReleaseContext', 'hn');
  if (acquire === undefined || hash === undefined || search === undefined) return undefined;
  if (info === undefined || releaseCatalog === undefined || release === undefined) return undefined;
  return { acquire, hash, search, info, releaseCatalog, release };
}

async function digestOf(calls: CatalogCalls, admin: bigint, { handle }: OpenFile) {
  const digest = new Uint8Array(MAX_DIGEST);
  const size = Uint32Array.of(MAX_DIGEST);
  if (!(await calls.hash(admin, handle, size, digest, 0))) return undefined;
  return digest.slice(0, size[0]);
}

// The first of the catalogs: which of several says it makes no difference.
async function catalogOf(calls: CatalogCalls, admin: bigint, digest: Uint8Array) {
  const context = await calls.search(admin, digest, digest.length, 0, null);
  if (!context) return undefined;
  const info = Buffer.alloc(CATALOG_INFO.size);
  info.writeUInt32LE(CATALOG_INFO.size, CATALOG_INFO.at.cbStruct);
  const isTold = calls.info(context, info, 0) !== 0;
  calls.releaseCatalog(admin, context, 0);
  if (!isTold) return undefined;
  return fromWide(new Uint16Array(info.buffer, info.byteOffset + CATALOG_INFO.at.wszCatalogFile, 260));
}
