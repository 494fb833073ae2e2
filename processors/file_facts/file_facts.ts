import process from 'node:process';
import type { z } from 'zod';
import type { Component, ComponentContext, LogsConsumer } from '../../src/component.ts';
import { blockOf } from '../../src/file_facts/fact_blocks.ts';
import type { FileFacts } from '../../src/file_facts/facts.ts';
import { isOfHost, placeBelow, placeOnWindows, type ToldPaths } from '../../src/file_facts/file_place.ts';
import { FileReader } from '../../src/file_facts/file_reader.ts';
import type { FilePlace } from '../../src/file_facts/plain_file.ts';
import type { HostSignatures } from '../../src/file_facts/signature.ts';
import { signatureBlockOf } from '../../src/file_facts/signature_blocks.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { type FileFactsCounts, observeFileFacts } from '../../src/telemetry/file_facts_metrics.ts';
import type { Account } from '../../src/telemetry/ledger.ts';
import type { fileFactsConfig } from './config.ts';
import { loadSignatures } from './load_signatures.ts';
import { type Subject, subjectOf } from './subject.ts';

type Config = z.infer<typeof fileFactsConfig>;

/** What the processor needs of the machine; tests have others. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  signatures(): Promise<HostSignatures>;
}

const THIS_MACHINE: Machine = { platform: process.platform, signatures: loadSignatures };

/**
 * Gives records of files that are run what those files say of themselves. A batch waits for files that were not read
 * yet, and the batches behind it wait for it, so order stays; see README.md for how long.
 */
export class FileFactsProcessor implements Component, LogsConsumer {
  readonly #account: Account;
  readonly #config: Config;
  readonly #next: LogsConsumer;
  readonly #reader: FileReader;
  readonly #machine: Machine;
  readonly #counts: FileFactsCounts = { files: new Map(), late: 0 };
  /** From the start on, where signatures are asked for. */
  #signatures: HostSignatures | undefined;
  /** Settles when the batch before has been handed on. */
  #turn: Promise<void> = Promise.resolve();

  constructor(
    { account, meter }: Pick<ComponentContext, 'account' | 'meter'>,
    config: Config,
    next: LogsConsumer,
    machine: Machine = THIS_MACHINE,
  ) {
    this.#account = account;
    this.#config = config;
    this.#next = next;
    this.#machine = machine;
    this.#reader = new FileReader(
      {
        digests: config.hashes,
        maxHashedSize: config.max_hashed_size,
        signature: async (file) => this.#signatures?.read(file),
      },
      { cached: config.max_files, queued: config.max_queued },
    );
    observeFileFacts(meter, this.#counts);
  }

  async start(): Promise<void> {
    const isWindows = this.#machine.platform === 'win32';
    if (this.#config.signatures) {
      if (!isWindows) throw new Error('signatures are verified by Windows, which this system is not');
      this.#signatures = await this.#machine.signatures();
    }
    if (this.#config.root === undefined && !isWindows)
      throw new Error(
        'root is missing: on this system it has to say where the files of the recorded machine are',
      );
  }

  async shutdown(): Promise<void> {}

  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    const before = this.#turn;
    const { promise, resolve: handOn } = Promise.withResolvers<void>();
    this.#turn = promise;
    let settling: Promise<Outcome>;
    try {
      const given = await this.#given(batch);
      await before;
      settling = this.#next.consumeLogs(given);
    } finally {
      handOn();
    }
    const outcome = await settling;
    // Counted when taken: what is refused comes again.
    if (outcome.kind === 'accepted') {
      this.#account.taken += batch.length;
      this.#account.emitted += batch.length;
    }
    return outcome;
  }

  async #given(batch: LogBatch): Promise<LogBatch> {
    const given = [...batch];
    let waiting = 0;
    let isOver = false;
    const give = async (i: number, record: LogRecord, subject: Subject): Promise<void> => {
      waiting++;
      const facts = await this.#facts(subject);
      waiting--;
      if (facts !== undefined && !isOver) given[i] = this.#withFacts(record, facts, subject);
    };
    const giving: Promise<void>[] = [];
    for (const [i, record] of batch.entries()) {
      const subject = subjectOf(record, this.#config.modules);
      if (subject !== undefined) giving.push(give(i, record, subject));
    }
    if (giving.length === 0) return batch;
    await this.#atMost(Promise.all(giving));
    isOver = true;
    this.#counts.late += waiting;
    return given;
  }

  async #facts({ paths, isCommon }: Subject): Promise<FileFacts | undefined> {
    const place = await this.#placeOf(paths);
    if (place === undefined) return this.#count('missing');
    const known = isCommon ? this.#reader.fresh(place) : undefined;
    if (known !== undefined) return known;
    const outcome = await this.#reader.read(place);
    this.#count(outcome.kind);
    return 'facts' in outcome ? outcome.facts : undefined;
  }

  #placeOf(paths: ToldPaths): Promise<FilePlace | undefined> | FilePlace | undefined {
    const { root } = this.#config;
    return root === undefined ? placeOnWindows(paths) : placeBelow(root, paths);
  }

  #withFacts(record: LogRecord, facts: FileFacts, { role, paths }: Subject): LogRecord {
    const given = record.plus(blockOf(facts, role));
    const { signature } = facts;
    if (signature === undefined) return given;
    // A container's Windows is another build's: this host's catalogs need not list its files.
    if (signature.kind === 'unsigned' && !this.#isOfHost(record, paths)) return given;
    return given.plus(signatureBlockOf(signature, role));
  }

  #isOfHost(record: LogRecord, paths: ToldPaths): boolean {
    const { deviceOfLetter } = this.#signatures ?? {};
    const isInSilo = record.get(Attr.siloId) !== undefined;
    return deviceOfLetter !== undefined && !isInSilo && isOfHost(paths, deviceOfLetter);
  }

  #count(outcome: string): undefined {
    const { files } = this.#counts;
    files.set(outcome, (files.get(outcome) ?? 0) + 1);
  }

  async #atMost(reading: Promise<unknown>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#config.wait);
    await Promise.race([reading, promise]);
    clearTimeout(timer);
  }
}
