import type { CatalogueField, CatalogueFile } from '../../src/etw/catalogue/format.ts';
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
  UnicodeString: ['String'],
  AnsiString: ['String'],
  Binary: ['UInt8'],
  FILETIME: ['UInt64'],
  Int8: ['SInt8'],
  Int32: ['SInt32'],
  Int64: ['SInt64'],
};

/**
 * Compares the hand-written classic layouts with a published table of the kernel's MOF classes: the same
 * fields, in the same order, of types that flatten to the published ones. Reports every difference.
 */
export function checkClassic(files: readonly CatalogueFile[], table: string, report: Report): void {
  const [header = '', ...lines] = table.split(/\r?\n/);
  if (!header.startsWith(COLUMNS)) throw new Error(`unexpected columns: ${header}`);
  const published = new Map<string, string>();
  for (const line of lines) {
    const [, guid = '', opcode = '', version = '', signature = ''] = line.split('\t');
    published.set(`${guid.replaceAll(/[{}]/g, '')}/${opcode}/${version}`, signature);
  }
  for (const file of files) {
    for (const event of file.events) {
      const differences = new Map<string, number[]>();
      for (const opcode of event.opcodes ?? []) {
        const signature = published.get(`${file.guid}/${opcode}/${event.version}`);
        const difference = signature === undefined ? 'not published' : compare(event.fields, signature);
        if (difference !== undefined)
          differences.set(difference, [...(differences.get(difference) ?? []), opcode]);
      }
      for (const [difference, opcodes] of differences) {
        report(`${file.provider} version ${event.version} opcodes ${opcodes.join(', ')}: ${difference}`);
      }
    }
  }
}

function compare(fields: readonly CatalogueField[], signature: string): string | undefined {
  const published = readSignature(signature).fields;
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
