import type {
  CatalogueEvent,
  CatalogueField,
  CatalogueFile,
  CatalogueMap,
} from '../../src/etw/catalogue/format.ts';
import type { EventFacts, FieldFacts, ProviderFacts, Report } from './facts.ts';
import { toField } from './fields.ts';
import type { Patcher } from './patches.ts';
import { compareText } from './write_json.ts';

/** The descriptions of one provider. */
export interface Descriptions {
  readonly provider: string;
  /** Manifests, the publisher's own before reconstructions: out types, maps, lengths, counts, structures. */
  readonly manifests: readonly ProviderFacts[];
  /** Tables of later builds, newest first: in types only. */
  readonly tables: readonly ProviderFacts[];
  /** Whose names of events, tasks and opcodes count: the publisher's own manifest, or the newest table. */
  readonly names: 'manifest' | 'table';
}

/** What the descriptions say of one (id, version), in their order. */
interface Candidates {
  readonly manifests: readonly EventFacts[];
  readonly tables: readonly EventFacts[];
}

/**
 * Merges what several Windows builds say of a provider into one catalogue file: every (id, version) that any
 * build knows. Fields come from the manifest where its field names are those of the newest table, else from
 * the newest table with what the manifest says of fields of the same name and type. Names of events, tasks
 * and opcodes come from where `names` says. Every disagreement is reported.
 */
export function mergeProvider(from: Descriptions, patcher: Patcher, report: Report): CatalogueFile {
  const guid = from.manifests.find((facts) => facts.guid !== undefined)?.guid;
  if (guid === undefined) throw new Error(`no description of ${from.provider} says its GUID`);
  const hints = fieldHints(from.manifests);
  const events = collect(from).map(([key, candidates]) => {
    const say: Report = (line) => report(`${from.provider} ${key}: ${line}`);
    const named = chooseNames(from.names, candidates, say);
    const fields = patcher.apply(from.provider, named, chooseFields(candidates, hints, say));
    return catalogueEvent(named, fields, say);
  });
  const used = new Set(events.flatMap((event) => mapsOf(event.fields)));
  const keywords = fromEntries(
    from.manifests.flatMap((facts) => [...facts.keywords]).filter(([name]) => !isPlaceholder(name)),
  );
  const maps = fromEntries(
    from.manifests.flatMap((facts) => [...facts.maps]).filter(([name]) => used.has(name)),
  );
  return {
    kind: 'manifest',
    provider: from.provider,
    guid,
    sources: [...new Set([...from.manifests, ...from.tables].map((facts) => facts.source))],
    ...(keywords === undefined ? {} : { keywords }),
    ...(maps === undefined ? {} : { maps }),
    events,
  };
}

/** Candidates by `id/version`, in the order of ids and versions. */
function collect(from: Descriptions): [string, Candidates][] {
  const found = new Map<
    string,
    { id: number; version: number; manifests: EventFacts[]; tables: EventFacts[] }
  >();
  for (const kind of ['manifests', 'tables'] as const) {
    for (const event of from[kind].flatMap((facts) => facts.events)) {
      const key = `${event.id}/${event.version}`;
      const entry = found.get(key) ?? { id: event.id, version: event.version, manifests: [], tables: [] };
      entry[kind].push(event);
      found.set(key, entry);
    }
  }
  return [...found].sort(([, a], [, b]) => a.id - b.id || a.version - b.version);
}

function newestOf(candidates: Candidates): EventFacts {
  const newest = candidates.tables[0] ?? candidates.manifests[0];
  if (newest === undefined) throw new Error('an event without a description');
  return newest;
}

function chooseNames(names: Descriptions['names'], candidates: Candidates, report: Report): EventFacts {
  // A reconstruction's symbols are made of task and opcode: no news beside the publisher's own.
  if (names === 'manifest') return candidates.manifests[0] ?? newestOf(candidates);
  const newest = newestOf(candidates);
  const symbols = new Set([...candidates.manifests, ...candidates.tables].map((event) => event.symbol));
  if (symbols.size > 1) report(`names differ: ${[...symbols].join(', ')}; taken: ${newest.symbol}`);
  return newest;
}

function catalogueEvent(named: EventFacts, facts: readonly FieldFacts[], report: Report): CatalogueEvent {
  const fields: CatalogueField[] = [];
  for (const field of facts) {
    const converted = toField(field, fields, report);
    // Where a field begins that nobody can size, what follows cannot be found either: the decoder leaves the
    // rest of the payload alone.
    if (converted === undefined) break;
    fields.push(converted);
  }
  return {
    id: named.id,
    version: named.version,
    name: eventName(named),
    ...(named.task === undefined || isPlaceholder(named.task) ? {} : { task: named.task }),
    ...(named.opcode === undefined ? {} : { opcode: named.opcode }),
    fields,
  };
}

function chooseFields(candidates: Candidates, hints: FieldHints, report: Report): readonly FieldFacts[] {
  const newest = newestOf(candidates);
  const names = fieldNames(newest);
  const others = [...candidates.manifests, ...candidates.tables].filter(
    (event) => fieldNames(event) !== names,
  );
  if (others.length > 0) {
    const variants = new Set(others.map(fieldNames));
    report(`fields differ: (${[...variants].join(') (')}); taken: (${names})`);
  }
  const manifest = candidates.manifests.find((event) => fieldNames(event) === names);
  return manifest?.fields ?? newest.fields.map((field) => hints.get(hintKey(field)) ?? field);
}

/** What manifests say of fields beyond the in type, by name and in type, for events only tables know. */
type FieldHints = ReadonlyMap<string, FieldFacts>;

function fieldHints(manifests: readonly ProviderFacts[]): FieldHints {
  const hints = new Map<string, FieldFacts>();
  for (const event of manifests.flatMap((facts) => facts.events)) {
    for (const field of event.fields) if (!hints.has(hintKey(field))) hints.set(hintKey(field), field);
  }
  return hints;
}

function hintKey(field: FieldFacts): string {
  return `${field.in} ${field.name}`;
}

/**
 * The symbol without its version suffix. TDH's reconstructions write `task_N` for a task without a name:
 * what follows it is the name (the opcode), and where nothing or only the event's own id follows, the id is.
 */
function eventName(event: EventFacts): string {
  const symbol = event.symbol.replace(/_V\d+$/, '').replace(/^task_0/, '');
  return symbol === '' ? String(event.id) : symbol;
}

/** Names that TDH's reconstructions make up for tasks and keywords that have none. */
function isPlaceholder(name: string): boolean {
  return /^(task|keyword)_[\da-f]+$/i.test(name);
}

function fieldNames(event: EventFacts): string {
  return event.fields.map((field) => field.name).join(', ');
}

function mapsOf(fields: readonly CatalogueField[]): string[] {
  return fields.flatMap((field) => [
    ...(field.map === undefined ? [] : [field.map]),
    ...mapsOf(field.fields ?? []),
  ]);
}

/** A record in the order of its keys, the first of equal keys; undefined when empty. */
function fromEntries<T extends string | CatalogueMap>(entries: [string, T][]): Record<string, T> | undefined {
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.toReversed().sort(([a], [b]) => compareText(a, b)));
}
