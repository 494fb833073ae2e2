import { components } from '../../components.ts';
import { loadConfig } from '../../config/load.ts';
import { renderIssues } from '../../config/render.ts';
import { Source } from '../../config/source.ts';
import { droppedRecords } from '../../telemetry/ledger_file.ts';
import type { Io } from '../command.ts';
import { runConfig } from '../run_config.ts';
import { writeLedger } from '../write_ledger.ts';
import { hostOf, journalsBeside } from './journal_beside.ts';
import { type ReplayOptions, replayPipeline } from './pipeline.ts';
import { tableExporter } from './table_exporter.ts';

/** What a command line says of containers: a journal, `no`, or nothing. */
export type ReplayRequest = Omit<ReplayOptions, 'host'>;

/** Replays traces; resolves to whether everything was read and delivered. */
export async function replay(request: ReplayRequest, io: Io): Promise<boolean> {
  const containers = await chosenJournal(request, io);
  const options: ReplayOptions = { ...request, containers, host: containers && hostOf(containers) };
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

/** The journal to use: the one that is named, else the one that lies beside the traces. */
async function chosenJournal({ containers, files }: ReplayRequest, io: Io): Promise<string | undefined> {
  if (containers !== undefined) return containers === 'no' ? undefined : containers;
  const [first, second] = await journalsBeside(files);
  if (first === undefined) return undefined;
  if (second === undefined) {
    io.stderr.write(`containers are those of ${first}\n`);
    return first;
  }
  io.stderr.write(`several journals of containers lie beside the traces: choose one with --containers\n`);
  return undefined;
}
