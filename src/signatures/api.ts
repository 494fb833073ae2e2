import type { Attr, ResourceAttr } from '../model/attributes.ts';
import type { Value } from '../model/value.ts';
import type { Level } from '../sigma/rule/metadata.ts';

/** The version of this interface. It grows with what would break a signature, and only then. */
export const API_VERSION = 1;

type Registry = typeof Attr | typeof ResourceAttr;
type KeyIn<R extends Registry> = R[keyof R];
type Named<K> = K extends { readonly name: infer N extends string; readonly valueType: infer V }
  ? { readonly name: N; readonly value: V }
  : never;

/** The attributes of a registry by name, each with its type; others may be there too. */
type Attributes<R extends Registry> = {
  readonly [K in Named<KeyIn<R>> as K['name']]?: K['value'];
} & { readonly [name: string]: Value | undefined };

/** An event, as a signature sees it. Nothing of it can be changed; it may be kept. */
export interface SignatureRecord {
  /** `process.start`, `file.create`, …: docs/events.md. */
  readonly eventName: string;
  /** When it happened: milliseconds since 1970, with fractions. */
  readonly time: number;
  /** Who acts; of `process.*` events, whom it is about. */
  readonly pid: number | undefined;
  /** The container that it happened in; undefined on the node itself, and where it is not known. */
  readonly container: SignatureContainer | undefined;
  /** docs/events.md has those of each event. */
  readonly attributes: Attributes<typeof Attr>;
  /** Of the node, or of the container and its pod. */
  readonly resource: Attributes<typeof ResourceAttr>;
}

/** A container; the rest of what is known of it stands in the record's `resource`. */
export interface SignatureContainer {
  readonly id: string;
  readonly name: string | undefined;
  readonly image: string | undefined;
  readonly pod: string | undefined;
  readonly namespace: string | undefined;
}

/** What a signature adds to a detection. */
export interface Findings {
  /** The record that the detection is about: one that was given now or before. The one given now, where it is left out. */
  readonly record?: SignatureRecord;
  /** `inferred` where it was concluded and not seen. */
  readonly evidence?: 'observed' | 'inferred';
  /** What was found: at most 32 values, of texts at most 1,024 characters. */
  readonly data?: Readonly<Record<string, string | number | boolean>>;
}

/** What a signature remembers of each process or container. */
export interface Store<S> {
  /** What is remembered of the record's process or container, made where there is nothing; undefined where it has none. */
  of(record: SignatureRecord): S | undefined;
  /** Forgets it. */
  forget(record: SignatureRecord): void;
}

/** How a {@link Store} is kept. */
export interface StoreOptions<S> {
  readonly by: 'process' | 'container';
  /** What there is in the beginning. */
  readonly create: () => S;
  /** The most that are kept, 4,096 unless it is said: what was not asked for longest is forgotten. */
  readonly max?: number;
}

/** What a signature works with: functions that may be taken out of it. */
export interface SignatureContext {
  /** Tells a detection. Outside of `onEvent` and `onSignal`, `record` must be given. */
  readonly emit: (findings?: Findings) => void;
  /** State of each process or container; it is forgotten when that has ended. To be made in `create`. */
  readonly store: <S>(options: StoreOptions<S>) => Store<S>;
  /**
   * Calls back when that many milliseconds have passed in the events' own time, before the first event that is later.
   * What it returns calls it off. Throws a RangeError beyond 10,000 that wait.
   */
  readonly after: (milliseconds: number, callback: () => unknown) => () => void;
}

/** What happens beside events: there will be no more of them. */
export type Signal = { readonly kind: 'end' };

/** A signature at work. What it throws is counted; a signature that throws often is disabled. */
export interface SignatureInstance {
  /**
   * Called with each event that was selected, in the order of time. What it returns does not matter; a promise is not waited
   * for, and what it rejects with is counted.
   */
  onEvent(record: SignatureRecord): unknown;
  onSignal?(signal: Signal): void;
  /** The last call. */
  close?(): void;
}

/** A signature: what it says of itself, what it wants to see, and how to make one. */
export interface SignatureDefinition {
  /** The version of the interface that it is written for; 1 where it is left out. */
  readonly apiVersion?: typeof API_VERSION;
  /** Names it for ever, in detections, exceptions and metrics: a UUID, or what is as unique. */
  readonly id: string;
  readonly version: string;
  /** A title for people. */
  readonly name: string;
  readonly level: Level;
  readonly description?: string;
  readonly author?: string;
  /** `attack.execution`, `attack.t1059.001`, … as Sigma has them. */
  readonly tags?: readonly string[];
  readonly references?: readonly string[];
  readonly falsePositives?: readonly string[];
  /** Names of the events it wants; `*` stands for any text. */
  readonly events: readonly string[];
  create(context: SignatureContext): SignatureInstance;
}

/** Gives a definition its types; a signature's file exports what it returns as `signature`. */
export function defineSignature(definition: SignatureDefinition): SignatureDefinition {
  return definition;
}
