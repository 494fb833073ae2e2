import type { Signal } from '../api.ts';
import type { Description } from '../description.ts';
import type { FoundFacts } from '../finding.ts';
import type { RecordMessage } from '../record_message.ts';
import type { Mishap } from '../runner.ts';

/** A file that holds a signature. */
export interface SignatureSource {
  /** Its place among all sources, by which it is known as long as the processor lives. */
  readonly number: number;
  readonly path: string;
}

/** What the thread is started with. */
export interface IsolateStart {
  readonly sources: readonly SignatureSource[];
  /** Files that signatures may import. */
  readonly allowed: readonly string[];
  readonly clock: SharedArrayBuffer;
  /** Bytes that a policy may take. */
  readonly memory: number;
}

/** What the thread is asked. Each question has one answer. */
export type Question =
  | { readonly kind: 'run'; readonly records: readonly RecordMessage[]; readonly until: number }
  | { readonly kind: 'signal'; readonly signal: Signal }
  | { readonly kind: 'close' };

/** A detection on its way back; `about` is the record's place in what was given, or a record from before. */
export interface FoundMessage extends FoundFacts {
  readonly number: number;
  readonly place: number;
  readonly about: number | RecordMessage;
}

/** What the thread says when its signatures are loaded. */
export interface LoadedAnswer {
  readonly kind: 'loaded';
  readonly signatures: readonly { readonly number: number; readonly description: Description }[];
  readonly mishaps: readonly Mishap[];
  /** Patterns of the events that it has to be given. */
  readonly events: readonly string[];
}

/** What came of a question. */
export interface RanAnswer {
  readonly kind: 'ran';
  readonly found: readonly FoundMessage[];
  readonly mishaps: readonly Mishap[];
  /** When it has to be asked next even if nothing was selected: the time of events, in milliseconds. */
  readonly nextTimer: number | undefined;
}

export type Answer = LoadedAnswer | RanAnswer;
