import { components } from '../../components.ts';
import { loadConfig } from '../../config/load.ts';
import { renderIssues } from '../../config/render.ts';
import { Source } from '../../config/source.ts';
import { droppedRecords } from '../../telemetry/ledger_file.ts';
import type { Io } from '../command.ts';
import { runConfig } from '../run_config.ts';
import { writeLedger } from '../write_ledger.ts';
import { type ReplayOptions, replayPipeline } from './pipeline.ts';
import { tableExporter } from './table_exporter.ts';

/** Replays traces; resolves to whether everything was read and delivered. */
export async function replay(options: ReplayOptions, io: Io): Promise<boolean> {
  const loaded = await loadConfig({
    configs: [new Source('replay', replayPipeline(options))],
    env: io.env,
    definitions: [...components, tableExporter(io.stdout)],
    unsupported: 'error',
  });
  if (loaded.kind === 'wrong') {
    io.stderr.write(`${renderIssues(loaded.issues)}\n`);
    return false;
  }
  const { result, ledger } = await runConfig(loaded.config, io);
  const written = await writeLedger(ledger, options.ledger, io);
  return written && result === 'finished' && droppedRecords(ledger) === 0 && ledger.imbalances().length === 0;
}
