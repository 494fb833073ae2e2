import { Catalogue } from '../../src/etw/catalogue/catalogue.ts';
import type { Field } from '../../src/etw/schema.ts';
import type { WriteValue } from './payload_writer.ts';
import type { Process } from './process.ts';

/**
 * Writes an event of a provider that scenarios have no table of, as its newest description in the catalogue has it.
 * Fields that are not given are empty or 0.
 */
export function catalogueEvent(
  by: Process,
  provider: string,
  id: number,
  values: Readonly<Record<string, WriteValue>>,
): void {
  const described = Catalogue.shipped()
    .manifestEvents(provider)
    .find((one) => one.id === id);
  if (described === undefined) throw new Error(`no event ${id} of ${provider} in the catalogue`);
  const { version, schema } = described;
  const header = { channel: 0x10, level: 4, opcode: 0, task: 0, keywords: 0n };
  const table = { provider, id, version, ...header, fields: schema.fields };
  const empty = Object.fromEntries(schema.fields.map((field) => [field.name, emptyOf(field)]));
  by.world.recorder.manifest(table, by.emitter(), { ...empty, ...values });
}

function emptyOf({ inType, count, fields }: Field): WriteValue {
  if (count !== undefined) return [];
  if (fields !== undefined) return {};
  switch (inType) {
    case 'UnicodeString':
    case 'AnsiString':
      return '';
    case 'SID':
      return 'S-1-0-0';
    case 'GUID':
      return '00000000-0000-0000-0000-000000000000';
    case 'Binary':
      return new Uint8Array(0);
    case 'Boolean':
      return false;
    default:
      return 0;
  }
}
