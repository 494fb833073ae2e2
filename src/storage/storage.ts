import type { Component, Host, Kind } from '../component.ts';

/** A change of one entry. */
export type StorageChange =
  | { readonly kind: 'set'; readonly key: string; readonly value: Uint8Array }
  | { readonly kind: 'delete'; readonly key: string };

/** What became of changes; without `done`, none of them was made. */
export type StorageWritten =
  /** Durable, as far as the storage's policy for fsync promises it. */
  | { readonly kind: 'done' }
  /** There is no room, in the storage's bound or on the disk; deleting may help. */
  | { readonly kind: 'full'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** What an entry holds. */
export type StorageRead =
  | { readonly kind: 'found'; readonly value: Uint8Array }
  | { readonly kind: 'missing' }
  /** It is there, but is not what was written. */
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** An entry without its value. */
export interface StorageEntry {
  readonly key: string;
  /** Bytes of the value. */
  readonly size: number;
}

/**
 * A component's own store of keys and values, like the Collector's storage client. Operations are done in the order they
 * are called in. Nothing throws or rejects for an expected cause.
 */
export interface StorageClient {
  get(key: string): Promise<StorageRead>;
  set(key: string, value: Uint8Array): Promise<StorageWritten>;
  delete(key: string): Promise<StorageWritten>;
  /** All of the changes or none. */
  batch(changes: readonly StorageChange[]): Promise<StorageWritten>;
  /** Everything that is there, in the order of keys; undefined when that cannot be read. */
  entries(): Promise<readonly StorageEntry[] | undefined>;
}

/** Whose a store is: a component, and what it keeps there where it has several. */
export interface StorageOwner {
  readonly kind: Kind;
  readonly id: string;
  readonly name?: string;
}

/** An extension that keeps things for other components. */
export interface StorageExtension extends Component {
  /** The owner's store, opened or made. Rejects when that cannot be, with a reason for a person. */
  client(owner: StorageOwner): Promise<StorageClient>;
}

/** The store of a component in the extension of that id. Rejects, for `start` to pass on, when there is none. */
export async function storageOf(host: Host, id: string, owner: StorageOwner): Promise<StorageClient> {
  const extension = host.extension(id);
  if (!isStorage(extension)) throw new Error(`extension "${id}" stores nothing`);
  return extension.client(owner);
}

function isStorage(extension: Component): extension is StorageExtension {
  return 'client' in extension;
}
