import type { StorageChange, StorageEntry, StorageRead, StorageWritten } from '../../src/storage/storage.ts';
import type { SetAside } from './open_store.ts';
import type { StoreOptions } from './sqlite_store.ts';

/** What the thread of the stores is asked; `store` is the path. */
export type StoreRequest = { readonly store: string } & (
  | { readonly kind: 'open'; readonly options: StoreOptions; readonly compact: boolean }
  | { readonly kind: 'apply'; readonly changes: readonly StorageChange[] }
  | { readonly kind: 'get'; readonly key: string }
  | { readonly kind: 'entries' }
  | { readonly kind: 'close' }
);

/** What it answers to each kind of request. */
export interface StoreAnswers {
  readonly open: { readonly setAside?: SetAside; readonly size: StoreSize };
  readonly apply: { readonly written: StorageWritten; readonly size: StoreSize };
  readonly get: StorageRead;
  readonly entries: readonly StorageEntry[];
  readonly close: undefined;
}

/** Bytes in use, and of the file. */
export interface StoreSize {
  readonly used: number;
  readonly file: number;
}

/** A message to the thread. */
export interface Asked {
  readonly id: number;
  readonly request: StoreRequest;
}

/** A message from the thread: the answer, or why there is none. */
export type Answered = { readonly id: number } & (
  | { readonly answer: StoreAnswers[keyof StoreAnswers] }
  | { readonly failure: string }
);
