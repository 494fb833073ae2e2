import { PassThrough } from 'node:stream';
import { stringify } from 'yaml';
import { z } from 'zod';
import { defineExporter } from '../../component.ts';
import { components } from '../../components.ts';
import { loadConfig } from '../../config/load.ts';
import { renderIssues } from '../../config/render.ts';
import { Source } from '../../config/source.ts';
import type { LogBatch } from '../../model/log_record.ts';
import { ACCEPTED } from '../../model/outcome.ts';
import type { Io } from '../command.ts';
import { journalsBeside } from '../replay/journal_beside.ts';
import { runConfig } from '../run_config.ts';
import type { Recorded } from './events.ts';
import { TraceIndex } from './trace_index.ts';

/**
 * The records of a trace as rules see them: with their processes and, where one journal lies beside it, containers. Each by the
 * place of its event in the trace. Rejects when it cannot be read.
 */
export async function* readTrace(file: string, io: Io): AsyncGenerator<Recorded> {
  const index = await TraceIndex.of(file);
  const batches = new PassThrough({ objectMode: true, highWaterMark: 4 });
  const running = run(await pipelineFor(file), batches, io).finally(() => batches.end());
  for await (const batch of batches as AsyncIterable<LogBatch>)
    for (const record of batch) yield { kind: 'event', record, number: index.placeOf(record) };
  await running;
}

async function pipelineFor(file: string): Promise<string> {
  const journals = await journalsBeside([file]);
  const [journal] = journals;
  const processors = {
    process: {},
    ...(journal === undefined || journals.length > 1
      ? {}
      : { container_attribution: { journal: journal.replaceAll('$', '$$$$') } }),
  };
  return stringify({
    receivers: { etl: { include: [file.replaceAll('$', '$$$$')] } },
    processors,
    exporters: { rules: {} },
    service: {
      telemetry: { logs: { level: 'error' } },
      pipelines: {
        logs: { receivers: ['etl'], processors: Object.keys(processors), exporters: ['rules'] },
      },
    },
  });
}

async function run(pipeline: string, batches: PassThrough, io: Io): Promise<void> {
  const loaded = await loadConfig({
    configs: [new Source('rules test', pipeline)],
    env: io.env,
    definitions: [...components, exporterTo(batches)],
    unsupported: 'error',
  });
  if (loaded.kind === 'wrong') throw new Error(renderIssues(loaded.issues));
  const { result } = await runConfig(loaded.config, io);
  if (result !== 'finished') throw new Error('its events could not all be read');
}

function exporterTo(batches: PassThrough) {
  return defineExporter({
    type: 'rules',
    description: 'Hands records on to rules.',
    signals: ['logs'],
    config: z.strictObject({}),
    create: ({ account }) => ({
      start: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
      consumeLogs: async (batch: LogBatch) => {
        account.taken += batch.length;
        account.delivered += batch.length;
        if (!batches.write(batch)) await new Promise((resolve) => batches.once('drain', resolve));
        return ACCEPTED;
      },
    }),
  });
}
