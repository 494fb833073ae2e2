import { z } from 'zod';
import type { StorageClient } from '../../src/storage/storage.ts';
import type { Logger } from '../../src/telemetry/logger.ts';

const KEY = 'last_seen';

const schema = z.object({ at: z.number(), ended: z.boolean() });

/** When the agent was alive: `at` in Unix milliseconds; whether it ended then, in order. */
export type Seen = z.infer<typeof schema>;

/** Keeps in a storage when the agent was last alive. */
export class LastSeen {
  readonly #client: StorageClient;
  readonly #logger: Logger;

  constructor(client: StorageClient, logger: Logger) {
    this.#client = client;
    this.#logger = logger;
  }

  /** What an earlier run has kept; undefined for the first run, and where it cannot be read. */
  async read(): Promise<Seen | undefined> {
    const kept = await this.#client.get(KEY);
    if (kept.kind === 'missing') return undefined;
    const seen = kept.kind === 'found' ? parsed(kept.value) : undefined;
    if (seen === undefined)
      this.#logger.warn('it is not known when the agent was last alive: the entry is damaged');
    return seen;
  }

  /** Keeps it; resolves when that is done, or could not be. */
  async keep(seen: Seen): Promise<void> {
    const written = await this.#client.set(KEY, new TextEncoder().encode(JSON.stringify(seen)));
    if (written.kind !== 'done')
      this.#logger.warn('when the agent was last alive was not kept', { reason: written.reason });
  }
}

function parsed(value: Uint8Array): Seen | undefined {
  try {
    return schema.safeParse(JSON.parse(new TextDecoder().decode(value))).data;
  } catch {
    return undefined;
  }
}
