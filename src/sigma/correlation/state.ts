/** Something that takes part in a correlation: one match of one of its rules. */
export interface Occurrence {
  /** Milliseconds since 1970, of the event. */
  readonly time: number;
  /** The place of the matched rule in the correlation's list. */
  readonly place: number;
  /** The value of the counted field; undefined where none is counted. */
  readonly value: string | number | undefined;
  /** What names the event to people: a detection lists those of all that took part. */
  readonly ref: string;
}

/** Matches of rules in their order: what names the events, and when the first and the last were, in milliseconds. */
export interface Chain {
  readonly start: number;
  readonly last: number;
  readonly refs: readonly string[];
}

/** All that a group's state is made of, as JSON can hold it. */
export interface StateImage {
  readonly occurrences: readonly Occurrence[];
  /** By the place of the rule that they end in. */
  readonly chains: readonly (Chain | null)[];
}

/** What a group of a correlation remembers. */
export interface GroupState {
  /** Takes an occurrence; true when the condition is met by it. */
  add(occurrence: Occurrence): boolean;
  /** Whether the condition is met when the window is over. */
  met(): boolean;
  /** Occurrences that took part, oldest first; not more than a detection shows. */
  refs(): readonly string[];
  /** The number that the condition looked at. */
  readonly value: number | undefined;
  /** Roughly what it takes. */
  readonly bytes: number;
  /** What to make it of again. */
  image(): StateImage;
  /** Takes over what another of the same condition was. */
  become(image: StateImage): void;
}

/** References that a match shows. */
export const MAX_REFS = 100;
/** Occurrences a group remembers where its condition does not say how many it needs. */
export const MAX_OCCURRENCES = 10_000;
/** Bytes of an occurrence: object, number, place in an array; texts come on top. */
export const OCCURRENCE_BYTES = 96;

/** What an occurrence takes, about. */
export function bytesOf({ ref, value }: Occurrence): number {
  return OCCURRENCE_BYTES + 2 * (ref.length + (typeof value === 'string' ? value.length : 0));
}
