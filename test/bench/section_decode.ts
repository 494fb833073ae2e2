import { join } from 'node:path';
import { run } from '../interop/peers/process.ts';
import { haveTool } from '../interop/peers/tools.ts';
import { ensureVenv } from '../interop/peers/venv.ts';
import { runCase, runProgram } from './measure.ts';
import type { Bench } from './run.ts';

const MIB = 128;
/** The goal for reading every payload field of the kernel trace, events per CPU-second. */
const DECODE_GOAL = { atLeast: 2_000_000 };

/** Decoding: events per CPU-second, beside a C walker and dissect.etl. */
export async function decodeSection(bench: Bench): Promise<void> {
  for (const id of ['kernel-process-w7', 'perfview452-x64-w8-xpress']) {
    const { path, events, bytes, rounds } = bench.repeated(id, MIB);
    const size = `${Math.round(bytes / 2 ** 20)} MiB, ${events} events`;
    bench.table.heading(`Decoding ${id}, repeated ${rounds} times, uncompressed (${size}): events`);
    const goal = id === 'kernel-process-w7' ? DECODE_GOAL : undefined;
    await bench.table.row('sigel: header walk, merged in time', () => runCase('decode', ['walk', path, '1']));
    await bench.table.row('sigel: every payload field', () => runCase('decode', ['decode', path, '1']), goal);
    await bench.table.row('sigel: every event a log record', () => runCase('decode', ['record', path, '1']));
    await cWalker(bench, path);
    await dissect(bench, id);
  }
  const xpress = bench.unpacked('perfview452-x64-w8-xpress');
  bench.table.heading('Decoding perfview452-x64-w8-xpress as recorded (XPRESS), 6 rounds: events');
  await bench.table.row('sigel: header walk, merged in time', () => runCase('decode', ['walk', xpress, '6']));
  await bench.table.row('sigel: every payload field', () => runCase('decode', ['decode', xpress, '6']));
}

async function cWalker(bench: Bench, path: string): Promise<void> {
  if (!(await haveTool('gcc'))) {
    bench.table.skipped('C, gcc -O2', 'there is no gcc');
    return;
  }
  const binary = join(bench.folder, 'walker');
  const built = await run('gcc', ['-O2', '-o', binary, join(import.meta.dirname, 'walker.c')]);
  if (built.code !== 0) throw new Error(built.stderr);
  await bench.table.row('C, gcc -O2: header walk in file order', () =>
    runProgram(binary, [path, '5', 'walk']),
  );
  await bench.table.row('C, gcc -O2: header walk and every payload byte, untyped', () =>
    runProgram(binary, [path, '5', 'fields']),
  );
}

/** dissect.etl reads the trace as recorded, once: repeated it would take minutes; the rate is the same. */
async function dissect(bench: Bench, id: string): Promise<void> {
  const venv = await ensureVenv('dissect', ['dissect.etl==3.14', 'dissect.cstruct==4.7']);
  if (venv.kind === 'missing') {
    bench.table.skipped('dissect.etl 3.14', venv.reason);
    return;
  }
  const path = bench.unpacked(id);
  const script = join(import.meta.dirname, 'dissect_bench.py');
  for (const mode of ['walk', 'decode']) {
    await bench.table.row(`dissect.etl 3.14: ${mode}, the trace once`, () =>
      runProgram(venv.path, [script, path, mode]),
    );
  }
}
