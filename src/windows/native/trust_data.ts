import { Buffer } from 'node:buffer';
import { Trust } from '../abi/trust_constants.ts';
import { WINTRUST_CATALOG_INFO, WINTRUST_DATA, WINTRUST_FILE_INFO } from '../abi/trust_structs.ts';
import type { OpenFile } from '../trust/trust_calls.ts';
import { wide } from './host_text.ts';
import { piecesOf } from './pieces.ts';

/** A file as the catalogs list it. */
export interface CatalogMember {
  /** The path of the catalog's own file. */
  readonly catalog: string;
  readonly digest: Uint8Array;
  /** The HCATADMIN that was asked. */
  readonly admin: bigint;
}

/** A WINTRUST_DATA that asks for the signature in a file, and what it points to behind it. */
export function ofFile({ path, handle }: OpenFile): Buffer {
  const [data, info] = [question(Trust.choiceFile), Buffer.alloc(WINTRUST_FILE_INFO.size)];
  const { bytes, offsets, addresses } = piecesOf(data, info, wide(path));
  const [, infoAt = 0] = offsets;
  const [, infoAddress = 0n, pathAddress = 0n] = addresses;
  const { at } = WINTRUST_FILE_INFO;
  bytes.writeBigUInt64LE(infoAddress, WINTRUST_DATA.at.pFile);
  bytes.writeUInt32LE(WINTRUST_FILE_INFO.size, infoAt + at.cbStruct);
  bytes.writeBigUInt64LE(pathAddress, infoAt + at.pcwszFilePath);
  bytes.writeBigUInt64LE(handle, infoAt + at.hFile);
  return bytes;
}

/** A WINTRUST_DATA that asks for a file by a catalog, and what it points to behind it. */
export function ofMember({ path, handle }: OpenFile, { catalog, digest, admin }: CatalogMember): Buffer {
  const [data, info] = [question(Trust.choiceCatalog), Buffer.alloc(WINTRUST_CATALOG_INFO.size)];
  // A catalog names its members by their digests.
  const tag = Buffer.from(digest).toString('hex').toUpperCase();
  const { bytes, offsets, addresses } = piecesOf(data, info, wide(catalog), wide(tag), wide(path), digest);
  const [, infoAt = 0] = offsets;
  const [, infoAddress = 0n, catalogAddress = 0n, tagAddress = 0n, pathAddress = 0n, digestAddress = 0n] =
    addresses;
  const { at } = WINTRUST_CATALOG_INFO;
  bytes.writeBigUInt64LE(infoAddress, WINTRUST_DATA.at.pFile);
  bytes.writeUInt32LE(WINTRUST_CATALOG_INFO.size, infoAt + at.cbStruct);
  bytes.writeBigUInt64LE(catalogAddress, infoAt + at.pcwszCatalogFilePath);
  bytes.writeBigUInt64LE(tagAddress, infoAt + at.pcwszMemberTag);
  bytes.writeBigUInt64LE(pathAddress, infoAt + at.pcwszMemberFilePath);
  bytes.writeBigUInt64LE(handle, infoAt + at.hMemberFile);
  bytes.writeBigUInt64LE(digestAddress, infoAt + at.pbCalculatedFileHash);
  bytes.writeUInt32LE(digest.length, infoAt + at.cbCalculatedFileHash);
  bytes.writeBigUInt64LE(admin, infoAt + at.hCatAdmin);
  return bytes;
}

/** Turns a question that was answered into the request to free what Windows keeps of it. */
export function close(data: Buffer): Buffer {
  data.writeUInt32LE(Trust.stateClose, WINTRUST_DATA.at.dwStateAction);
  return data;
}

// Asks nobody, and no server: neither a dialog nor a list of what was revoked.
function question(choice: number): Buffer {
  const data = Buffer.alloc(WINTRUST_DATA.size);
  const { at } = WINTRUST_DATA;
  data.writeUInt32LE(WINTRUST_DATA.size, at.cbStruct);
  data.writeUInt32LE(Trust.uiNone, at.dwUIChoice);
  data.writeUInt32LE(Trust.revokeNone, at.fdwRevocationChecks);
  data.writeUInt32LE(choice, at.dwUnionChoice);
  data.writeUInt32LE(Trust.stateVerify, at.dwStateAction);
  data.writeUInt32LE(Trust.cacheOnly, at.dwProvFlags);
  return data;
}
