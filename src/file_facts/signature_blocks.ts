import { AttributeBlock, type AttributeKey, Shape } from '../model/attribute_set.ts';
import { Attr } from '../model/attributes.ts';
import type { FileRole } from './fact_blocks.ts';
import type { Signature } from './signature.ts';

// ECS: code_signature.
const KEYS: Readonly<Record<FileRole, readonly AttributeKey[]>> = {
  process: [
    Attr.processSignatureExists,
    Attr.processSignatureStatus,
    Attr.processSignatureSubject,
    Attr.processSignatureTrusted,
    Attr.processSignatureValid,
  ],
  dll: [
    Attr.dllSignatureExists,
    Attr.dllSignatureStatus,
    Attr.dllSignatureSubject,
    Attr.dllSignatureTrusted,
    Attr.dllSignatureValid,
  ],
};
const SHAPES: Readonly<Record<FileRole, Shape>> = {
  process: new Shape(KEYS.process),
  dll: new Shape(KEYS.dll),
};

const blocks: Readonly<Record<FileRole, WeakMap<Signature, AttributeBlock>>> = {
  process: new WeakMap(),
  dll: new WeakMap(),
};

/** A signature as records refer to it: one block for all records of a file, made once. */
export function signatureBlockOf(signature: Signature, role: FileRole): AttributeBlock {
  const known = blocks[role].get(signature);
  if (known !== undefined) return known;
  const made = new AttributeBlock(SHAPES[role], valuesOf(signature));
  blocks[role].set(signature, made);
  return made;
}

function valuesOf(signature: Signature): ConstructorParameters<typeof AttributeBlock>[1] {
  if (signature.kind === 'unsigned') return [false, undefined, undefined, undefined, undefined];
  const { status, subject, isTrusted, isIntact } = signature;
  return [true, status, subject, isTrusted, isIntact];
}
