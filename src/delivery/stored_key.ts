/** What the key of a message in a queue on disk tells, so that a queue is counted without reading it. */
export interface StoredKey {
  /** Counts up from message to message. */
  readonly number: number;
  readonly lane: number | undefined;
  /** Records in the message. */
  readonly items: number;
}

const KEY = /^(\d{16})\/(-|\d{1,4})\/(\d{1,10})$/;

/** The key; keys sort as their numbers do. */
export function keyOf({ number, lane, items }: StoredKey): string {
  return `${String(number).padStart(16, '0')}/${lane ?? '-'}/${items}`;
}

/** What a key tells; undefined for what is no such key. */
export function storedKeyOf(key: string): StoredKey | undefined {
  const [, number, lane, items] = KEY.exec(key) ?? [];
  if (number === undefined) return undefined;
  return { number: Number(number), lane: lane === '-' ? undefined : Number(lane), items: Number(items) };
}
