import type { CatalogueEvent, CatalogueField, CatalogueFile } from '../../src/etw/catalogue/format.ts';
import type { InType } from '../../src/etw/schema.ts';
import type { Report } from './facts.ts';
import { readSignature } from './manifest_tsv.ts';

const COLUMNS = 'provider\tcategory\tevent_id\tversion\tevent(fields)\t';

/** How the published tables flatten the types that the hand-written layouts use. */
const FLAT: Readonly<Partial<Record<InType, readonly string[]>>> = {
  Pointer: ['UInt32'],
  SizeT: ['Object'],
  WbemSid: ['Object'],
  GUID: ['Object'],
  UnicodeString: ['String', 'Char16'],
  AnsiString: ['String'],
  Binary: ['UInt8', 'Object'],
  Struct: ['Object'],
  FILETIME: ['UInt64'],
  UInt8: ['UInt8', 'Boolean'],
  // An address or a port; a time in ticks of the session's clock.
  UInt16: ['UInt16', 'Object'],
  UInt32: ['UInt32', 'Object'],
  UInt64: ['UInt64', 'Object'],
  Int8: ['SInt8'],
  Int16: ['SInt16'],
  Int32: ['SInt32'],
  Int64: ['SInt64'],
};

/** An event as a table publishes it, and what is known to be better than the table, with the reason. */
export interface KnownDifference {
  readonly provider: string;
  readonly opcodes: readonly number[];
  readonly difference: RegExp;
  readonly reason: string;
}

/**
 * Compares a published table of the kernel's MOF classes with the hand-written layouts: every published
 * version has one, found as the decoder finds it, with the same fields in the same order, of types that
 * flatten to the published ones. Reports every difference that is not known.
 */
export function checkClassic(
  files: readonly CatalogueFile[],
  table: string,
  known: readonly KnownDifference[],
  report: Report,
): void {
  const [header = '', ...lines] = table.split(/\r?\n/).filter((line) => line !== '');
  if (!header.startsWith(COLUMNS)) throw new Error(`unexpected columns: ${header}`);
  const byGuid = new Map(files.map((file) => [file.guid, file]));
  for (const line of lines) {
    const [, guid = '', opcode = '', version = '', signature = ''] = line.split('\t');
    const file = byGuid.get(guid.replaceAll(/[{}]/g, ''));
    const event = file === undefined ? undefined : layoutOf(file, Number(opcode), Number(version));
    const { symbol, fields } = readSignature(signature);
    const difference = event === undefined ? 'no layout' : compare(event.fields, fields);
    if (difference === undefined) continue;
    const expected = known.some(
      (entry) =>
        entry.provider === file?.provider &&
        entry.opcodes.includes(Number(opcode)) &&
        entry.difference.test(difference),
    );
    if (!expected) report(`${symbol} (opcode ${opcode}, version ${version}): ${difference}`);
  }
}

/** The layout that the decoder takes for a version: its own, else the nearest lower one. */
function layoutOf(file: CatalogueFile, opcode: number, version: number): CatalogueEvent | undefined {
  return file.events
    .filter((event) => event.version <= version && event.opcodes?.includes(opcode) === true)
    .sort((a, b) => a.version - b.version)
    .at(-1);
}

function compare(
  fields: readonly CatalogueField[],
  published: readonly { readonly name: string; readonly in: string }[],
): string | undefined {
  for (let i = 0; i < Math.max(fields.length, published.length); i += 1) {
    const ours = fields[i];
    const theirs = published[i];
    if (ours === undefined) return `published with ${theirs?.name} too`;
    if (theirs === undefined) return `published without ${ours.name}`;
    const flat = FLAT[ours.in] ?? [ours.in];
    if (ours.name !== theirs.name || !flat.includes(theirs.in)) {
      return `${theirs.in} ${theirs.name} is published, not ${ours.in} ${ours.name}`;
    }
  }
  return undefined;
}
