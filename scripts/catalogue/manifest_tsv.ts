import type { EventFacts, FieldFacts, ProviderFacts } from './facts.ts';
import { followsCount, markStructures } from './structures.ts';

const COLUMNS = ['provider', 'event_id', 'version', 'event(fields)', 'opcode', 'keywords', 'task'];

/**
 * Reads a table of jdu2600/Windows10EtwEvents: one event per line, its fields as `symbol(Type Name, …)`.
 * The tables know in types only: no out types, maps, lengths or counts.
 */
export function readTable(text: string, source: string): ProviderFacts {
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  if (!header.startsWith(COLUMNS.join('\t'))) throw new Error(`unexpected columns: ${header}`);
  const events = lines.map(readLine);
  return {
    provider: lines[0]?.split('\t')[0] ?? '',
    source,
    keywords: new Map(),
    maps: new Map(),
    events,
  };
}

function readLine(line: string): EventFacts {
  const [, id = '', version = '', signature = '', opcode = '', , task = ''] = line.split('\t');
  const { symbol, fields } = readSignature(signature);
  return {
    id: Number(id),
    version: Number(version),
    symbol,
    ...(task === '' ? {} : { task }),
    ...(opcode === '' ? {} : { opcode }),
    fields: markStructures(fields, followsCount),
  };
}

/** `symbol(Type Name, Type Name)`; the symbol itself may hold parentheses, so the last pair counts. */
export function readSignature(signature: string): { symbol: string; fields: FieldFacts[] } {
  const parts = /^(.*)\(([^()]*)\)$/.exec(signature);
  if (parts === null) throw new Error(`not an event: ${signature}`);
  const fields = (parts[2] ?? '')
    .split(', ')
    .filter((field) => field !== '')
    .map((field) => {
      const space = field.indexOf(' ');
      if (space < 1) throw new Error(`not a field: ${field}`);
      return { in: field.slice(0, space), name: field.slice(space + 1) };
    });
  return { symbol: parts[1] ?? '', fields };
}
