import { z } from 'zod';
import { type Component, type ComponentContext, defineExporter, type LogsConsumer } from '../../component.ts';
import type { LogBatch } from '../../model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../model/outcome.ts';
import { type Output, writeOut } from '../command.ts';
import { Detections } from './detections.ts';
import { ProcessNames } from './process_names.ts';
import { isStory, recordLine } from './record_line.ts';
import { summaryLines } from './summary.ts';

const tableConfig = z.strictObject({
  all: z.boolean().describe('Show every event, not only those that tell the story.'),
  limit: z.int().nonnegative().describe('Lines at most; 0 for no limit.'),
  containers: z.boolean().describe('A column that names pod and container.'),
});

/** The exporter behind `replay --format table`: the story on stdout while it goes by, a summary at the end. */
export function tableExporter(stdout: Output) {
  return defineExporter({
    type: 'table',
    description: 'What happened, for a person, on stdout.',
    signals: ['logs'],
    config: tableConfig,
    create: (context, config) => new Table(context, config, stdout),
  });
}

class Table implements Component, LogsConsumer {
  readonly #context: ComponentContext;
  readonly #all: boolean;
  readonly #limit: number;
  readonly #containers: boolean;
  readonly #stdout: Output;
  readonly #names = new ProcessNames();
  readonly #counts = new Map<string, number>();
  readonly #detections = new Detections();
  #shown = 0;
  #hidden = 0;
  #before = Promise.resolve();

  constructor(context: ComponentContext, config: z.infer<typeof tableConfig>, stdout: Output) {
    this.#context = context;
    this.#all = config.all;
    this.#containers = config.containers;
    this.#limit = config.limit === 0 ? Number.POSITIVE_INFINITY : config.limit;
    this.#stdout = stdout;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  // One batch after another: a slow reader must not mix up the lines.
  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    this.#context.account.taken += batch.length;
    this.#context.account.queued += batch.length;
    const written = this.#before.then(() => writeOut(this.#stdout, this.#lines(batch)));
    this.#before = written;
    await written;
    this.#context.account.queued -= batch.length;
    this.#context.account.delivered += batch.length;
    return ACCEPTED;
  }

  async shutdown(): Promise<void> {
    await this.#before;
    const detections = this.#detections.lines(this.#stdout.columns ?? 160);
    const lines = [...summaryLines(this.#counts, this.#shown, this.#hidden), ...detections];
    await writeOut(this.#stdout, `${lines.join('\n')}${detections.length > 0 ? '\n' : ''}`);
  }

  #lines(batch: LogBatch): string {
    let lines = '';
    for (const record of batch) {
      this.#names.note(record);
      if (Detections.is(record)) this.#detections.note(record);
      this.#counts.set(record.eventName, (this.#counts.get(record.eventName) ?? 0) + 1);
      if (!this.#all && !isStory(record)) continue;
      if (this.#shown < this.#limit) {
        this.#shown++;
        const columns = this.#stdout.columns ?? 160;
        lines += `${recordLine(record, { names: this.#names, columns, containers: this.#containers })}\n`;
      } else this.#hidden++;
    }
    return lines;
  }
}
