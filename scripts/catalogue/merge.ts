import type {
  CatalogueEvent,
  CatalogueField,
  CatalogueFile,
  CatalogueMap,
} from '../../src/etw/catalogue/format.ts';
import type { EventFacts, FieldFacts, ProviderFacts, Report } from './facts.ts';
import { toField } from './fields.ts';
import { FieldHints } from './hints.ts';
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
  const hints = new FieldHints(from.manifests);
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
  // A later build may have lost a name that an earlier one, or the publisher, gives.
  const all = [...candidates.tables, ...candidates.manifests].filter((event) => hasName(event));
  const taken = all[0] ?? newestOf(candidates);
  const symbols = new Set(all.map((event) => event.symbol));
  if (symbols.size > 1) report(`names differ: ${[...symbols].join(', ')}; taken: ${taken.symbol}`);
  return taken;
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
  if (manifest !== undefined && manifest !== newest) reportTypes(manifest, newest, report);
  if (manifest !== undefined) return manifest.fields;
  return newest.fields.map((field, index) => hints.complete(newest.id, field, newest.fields.slice(0, index)));
}

/** Where a build changed a type without a new version, the manifest's counts. */
function reportTypes(manifest: EventFacts, newest: EventFacts, report: Report): void {
  for (const [index, field] of manifest.fields.entries()) {
    const other = newest.fields[index];
    if (other === undefined || other.in === field.in || field.in === 'Struct') continue;
    report(`${field.name} is ${field.in} in a manifest, ${other.in} in a table; taken: ${field.in}`);
  }
}

/**
 * The symbol without its version suffix. TDH's reconstructions write `task_N` for a task without a name:
 * what follows it is the name (the opcode), and where nothing or only the event's own id follows, the id is.
 */
function eventName(event: EventFacts): string {
  const symbol = event.symbol.replace(/_V\d+$/, '').replace(/^task_0/, '');
  return symbol === '' ? String(event.id) : symbol;
}

/** Whether the symbol says more than `task_0` and the event's own id. */
function hasName(event: EventFacts): boolean {
  return ![`${event.id}`, ''].includes(event.symbol.replace(/_V\d+$/, '').replace(/^task_0/, ''));
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
