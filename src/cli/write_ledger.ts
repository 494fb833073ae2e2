import { writeFile } from 'node:fs/promises';
import { whyNotWritten } from '../config/read_file.ts';
import type { Ledger } from '../telemetry/ledger.ts';
import { ledgerJson } from '../telemetry/ledger_file.ts';
import { renderLedger } from '../telemetry/summary.ts';
import type { Io } from './command.ts';

/** Ends a run's report: the ledger for a person on stderr and, as JSON, in a file. False when that cannot be written. */
export async function writeLedger(ledger: Ledger, file: string | undefined, io: Io): Promise<boolean> {
  io.stderr.write(`The ledger:\n${renderLedger(ledger)}`);
  if (file === undefined) return true;
  try {
    await writeFile(file, ledgerJson(ledger));
    return true;
  } catch (error) {
    io.stderr.write(`sigel: the ledger was not written: ${file}: ${whyNotWritten(error)}\n`);
    return false;
  }
}
