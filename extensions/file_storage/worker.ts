import { dirname, join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { openStore } from './open_store.ts';
import type { Answered, Asked, StoreAnswers, StoreRequest } from './protocol.ts';
import { applyWithReserve, Reserve } from './reserve.ts';
import { FULL, messageOf, resultCode } from './sqlite_error.ts';
import type { SqliteStore, StoreOptions } from './sqlite_store.ts';

// The thread of all stores of an extension: a disk that is slow to sync does not stop what reads and sends events.
const stores = new Map<string, SqliteStore>();

parentPort?.on('message', ({ id, request }: Asked) => parentPort?.postMessage(answered(id, request)));

function answered(id: number, request: StoreRequest): Answered {
  try {
    return { id, answer: answer(request) };
  } catch (error) {
    return { id, failure: messageOf(error) };
  }
}

function answer(request: StoreRequest): StoreAnswers[keyof StoreAnswers] {
  if (request.kind === 'open') return open(request);
  const store = stores.get(request.store);
  if (store === undefined) throw new Error('the store is not open');
  switch (request.kind) {
    case 'apply':
      return {
        written: applyWithReserve(store, reserveBeside(request.store), request.changes),
        size: store.size(),
      };
    case 'get':
      return store.get(request.key);
    case 'entries':
      return store.entries();
    case 'close':
      stores.delete(request.store);
      store.close();
      return undefined;
  }
}

function open(request: StoreRequest & { readonly kind: 'open' }): StoreAnswers['open'] {
  const { store, setAside } = openOnFullDisk(request.options);
  if (request.compact) store.compact();
  stores.set(request.store, store);
  return { size: store.size(), ...(setAside === undefined ? {} : { setAside }) };
}

/** A store that is there can be opened: what that writes may take the reserve's place. */
function openOnFullDisk(options: StoreOptions): ReturnType<typeof openStore> {
  try {
    return openStore(options);
  } catch (error) {
    if (resultCode(error) !== FULL) throw error;
    reserveBeside(options.path).give();
    return openStore(options);
  }
}

function reserveBeside(store: string): Reserve {
  return new Reserve(join(dirname(store), 'reserve'));
}
