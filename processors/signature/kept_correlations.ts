import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { named } from '../../src/model/event_uid.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { writeLogs } from '../../src/otlp/logs.ts';
import { LogsReader } from '../../src/otlp/read/read_logs.ts';
import { ProtobufWriter } from '../../src/otlp/writer.ts';
import type { CorrelationImage } from '../../src/sigma/correlation/correlator.ts';
import type { Detector } from '../../src/sigma/detector.ts';
import type { StorageClient } from '../../src/storage/storage.ts';
import type { Logger } from '../../src/telemetry/logger.ts';

const PREFIX = 'correlations/';
/** Groups in an entry: between two entries others have their turn. */
const GROUPS = 256;

const milliseconds = z.number();
/** As JSON; `context` is the group's last record, an ExportLogsServiceRequest in base64. */
const keptGroup = z.object({
  rule: z.string(),
  shape: z.string(),
  values: z.array(z.tuple([z.string(), z.string()])),
  start: milliseconds,
  last: milliseconds,
  state: z.object({
    occurrences: z.array(
      z.object({
        time: milliseconds,
        place: z.int().nonnegative(),
        // JSON leaves it out where nothing is counted.
        value: z
          .union([z.string(), z.number()])
          .optional()
          .transform((value) => value),
        ref: z.string(),
      }),
    ),
    chains: z.array(
      z.object({ start: milliseconds, last: milliseconds, refs: z.array(z.string()) }).nullable(),
    ),
  }),
  context: z.base64(),
});
const keptGroups = z.array(keptGroup);

/**
 * What correlations have counted, kept in a storage from an orderly stop to the next start. A killed agent has kept nothing
 * and begins anew: what it had counted may come again, and must not count twice.
 */
export class KeptCorrelations {
  readonly #client: StorageClient;
  readonly #logger: Logger;
  readonly #reader = new LogsReader();

  constructor(client: StorageClient, logger: Logger) {
    this.#client = client;
    this.#logger = logger;
  }

  /** Gives a detector what was kept, and forgets it. */
  async restore(detector: Detector): Promise<void> {
    let [taken, left] = [0, 0];
    for (const { key } of (await this.#client.entries()) ?? []) {
      if (!key.startsWith(PREFIX)) continue;
      for (const image of await this.#read(key)) {
        if (detector.restore(image)) taken++;
        else left++;
      }
      await this.#client.delete(key);
    }
    if (taken + left > 0)
      this.#logger.info('correlations go on', { groups: taken, 'of changed or missing rules': left });
  }

  /** Keeps what a detector has counted; until the deadline, and as far as there is room. */
  async save(detector: Detector, deadline: AbortSignal): Promise<void> {
    let entry = 0;
    let groups: unknown[] = [];
    const write = async (): Promise<string | undefined> => {
      if (deadline.aborted) return 'the time for stopping is over';
      const value = Buffer.from(JSON.stringify(groups));
      groups = [];
      const written = await this.#client.set(`${PREFIX}${String(entry++).padStart(8, '0')}`, value);
      return written.kind === 'done' ? undefined : written.reason;
    };
    for (const image of detector.images()) {
      groups.push({ ...image, context: encode(image.context) });
      const failure = groups.length >= GROUPS ? await write() : undefined;
      if (failure !== undefined) return this.#sayLost(failure);
    }
    const failure = groups.length > 0 ? await write() : undefined;
    if (failure !== undefined) this.#sayLost(failure);
  }

  async #read(key: string): Promise<readonly CorrelationImage<LogRecord>[]> {
    const kept = await this.#client.get(key);
    try {
      if (kept.kind !== 'found') throw new Error(kept.kind);
      const groups = keptGroups.parse(JSON.parse(new TextDecoder().decode(kept.value)));
      return groups.flatMap(({ context, ...rest }) => {
        const [record] = this.#reader.read(Buffer.from(context, 'base64'));
        return record === undefined ? [] : [{ ...rest, context: record }];
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#logger.warn('what some correlations had counted cannot be read', { reason });
      return [];
    }
  }

  #sayLost(reason: string): void {
    this.#logger.warn('what correlations have counted is not kept as a whole', { reason });
  }
}

function encode(record: LogRecord): string {
  const writer = new ProtobufWriter();
  // Its name is made of what it was decoded from, which another process does not have.
  writeLogs(writer, [named(record)]);
  return Buffer.from(writer.view()).toString('base64');
}
