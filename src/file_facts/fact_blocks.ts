import { AttributeBlock, type AttributeKey, Shape } from '../model/attribute_set.ts';
import { Attr } from '../model/attributes.ts';
import type { FileFacts } from './facts.ts';

/** Whose file it is: that of a process, or a library or driver. */
export type FileRole = 'process' | 'dll';

const KEYS: Readonly<Record<FileRole, readonly AttributeKey[]>> = {
  process: [
    Attr.processPeOriginalFileName,
    Attr.processPeDescription,
    Attr.processPeProduct,
    Attr.processPeCompany,
    Attr.processPeFileVersion,
    Attr.processHashMd5,
    Attr.processHashSha1,
    Attr.processHashSha256,
    Attr.processPeImphash,
  ],
  dll: [
    Attr.dllPeOriginalFileName,
    Attr.dllPeDescription,
    Attr.dllPeProduct,
    Attr.dllPeCompany,
    Attr.dllPeFileVersion,
    Attr.dllHashMd5,
    Attr.dllHashSha1,
    Attr.dllHashSha256,
    Attr.dllPeImphash,
  ],
};
const SHAPES: Readonly<Record<FileRole, Shape>> = {
  process: new Shape(KEYS.process),
  dll: new Shape(KEYS.dll),
};

const blocks: Readonly<Record<FileRole, WeakMap<FileFacts, AttributeBlock>>> = {
  process: new WeakMap(),
  dll: new WeakMap(),
};

/** Facts as records refer to them: one block for all records of a file, made once. */
export function blockOf(facts: FileFacts, role: FileRole): AttributeBlock {
  const known = blocks[role].get(facts);
  if (known !== undefined) return known;
  const { version, digests } = facts;
  const made = new AttributeBlock(SHAPES[role], [
    version?.originalFileName,
    version?.description,
    version?.product,
    version?.company,
    version?.fileVersion,
    digests.md5,
    digests.sha1,
    digests.sha256,
    digests.imphash,
  ]);
  blocks[role].set(facts, made);
  return made;
}
