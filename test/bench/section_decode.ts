import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../interop/peers/process.ts';
import { haveTool } from '../interop/peers/tools.ts';
import { ensureVenv } from '../interop/peers/venv.ts';
import { rate, runCase, runProgram, type Sample } from './measure.ts';
import type { Bench } from './run.ts';

const MIB = 128;
/** Our cases go over the file until they have taken this much, as the C walker does: a JIT warms up. */
const CPU_SECONDS = '1';
const GOALS = { walk: 10_000_000, decode: 3_000_000, record: 1_500_000, dotnet: 1_000_000 };
/** Bytes out of compressed buffers per CPU-second. */
const INFLATE_GOAL = { atLeast: 250_000_000 };
/** A 4 GiB trace may cost this much more an event than one of 128 MiB. */
const LINEAR = 1.15;
const FLAT_MIB = 250;

/** Microsoft-Windows-DotNETRuntime and its rundown provider. */
const DOTNET = ['e13c0d23-ccbc-4e12-931b-d9cc2eee27e4', 'a669021c-c450-4609-a035-5af59af4df18'];
/** The kernel mix: the Kernel-Process provider, and the classic kernel logger with processes, images and samples. */
const KERNEL = ['kernel-process-w7', 'diaghub-kernel-w10'];

/** Decoding: events per CPU-second, beside a C walker, dissect.etl and etl-parser. */
export async function decodeSection(bench: Bench): Promise<void> {
  for (const id of [...KERNEL, 'perfview452-x64-w8-xpress']) {
    const { path, events, bytes, rounds } = bench.repeated(id, MIB);
    const size = `${Math.round(bytes / 2 ** 20)} MiB, ${events} events`;
    bench.table.heading(`Decoding ${id}, repeated ${rounds} times, uncompressed (${size}): events`);
    await ours(bench, path, KERNEL.includes(id));
    await cWalker(bench, path);
    await dissect(bench, id);
    await etlParser(bench, id);
    rmSync(path);
  }
  await dotnet(bench);
  await xpress(bench);
  if (bench.full) await large(bench);
}

async function ours({ table }: Bench, path: string, kernel: boolean): Promise<void> {
  const goal = (atLeast: number) => (kernel ? { atLeast } : undefined);
  const decode = (mode: string) => (): Promise<Sample> => runCase('decode', [mode, path, CPU_SECONDS]);
  await table.row('sigel: header walk, schema lookup, merged in time', decode('walk'), goal(GOALS.walk));
  await table.row('sigel: every payload field', decode('decode'), goal(GOALS.decode));
  await table.row('sigel: every event a log record', decode('record'), goal(GOALS.record));
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
  const requirements = ['dissect.etl==3.14', 'dissect.cstruct==4.7'];
  const peer = { name: 'dissect.etl 3.14', requirements, script: 'dissect_bench.py' };
  await python(bench, peer, 'the trace once', bench.unpacked(id));
}

/** etl-parser reads no compressed buffers, so it gets them inflated. */
async function etlParser(bench: Bench, id: string): Promise<void> {
  const requirements = ['etl-parser==1.0.1', 'construct==2.10.70'];
  const peer = { name: 'etl-parser 1.0.1', requirements, script: 'etl_parser_bench.py' };
  await python(bench, peer, 'the trace once, inflated', bench.repeated(id, 1).path);
}

async function python(
  bench: Bench,
  peer: { readonly name: string; readonly requirements: readonly string[]; readonly script: string },
  what: string,
  path: string,
): Promise<void> {
  const venv = await ensureVenv(peer.script.replace('_bench.py', ''), peer.requirements);
  if (venv.kind === 'missing') {
    bench.table.skipped(peer.name, venv.reason);
    return;
  }
  const script = join(import.meta.dirname, peer.script);
  for (const mode of ['walk', 'decode'])
    await bench.table.row(`${peer.name}: ${mode}, ${what}`, () =>
      runProgram(venv.path, [script, path, mode]),
    );
}

async function dotnet(bench: Bench): Promise<void> {
  bench.table.heading('Decoding the .NET runtime events of two traces, uncompressed: events');
  for (const id of ['perfview452-x64-w8-xpress', 'dynamic-ws22-xpress']) {
    const { path } = bench.repeated(id, 32, DOTNET);
    const sample = () => runCase('decode', ['decode', path, CPU_SECONDS]);
    await bench.table.row(`sigel: every payload field, ${id}`, sample, { atLeast: GOALS.dotnet });
    rmSync(path);
  }
}

async function xpress(bench: Bench): Promise<void> {
  const path = bench.unpacked('perfview452-x64-w8-xpress');
  bench.table.heading('Decoding perfview452-x64-w8-xpress as recorded (XPRESS): events, then bytes');
  for (const [name, mode] of [
    ['header walk, schema lookup, merged in time', 'walk'],
    ['every payload field', 'decode'],
  ] as const)
    await bench.table.row(`sigel: ${name}`, () => runCase('decode', [mode, path, CPU_SECONDS]));
  for (const id of ['perfview452-x64-w8-xpress', 'dynamic-ws22-xpress']) {
    const file = bench.unpacked(id);
    const inflate = () => runCase('inflate', [file, CPU_SECONDS]);
    await bench.table.row(`sigel: inflating the buffers of ${id}, bytes`, inflate, INFLATE_GOAL);
  }
}

/** A 4 GiB trace costs no more memory and, event by event, no more time. */
async function large(bench: Bench): Promise<void> {
  bench.table.heading('A 4 GiB trace (kernel-process-w7 repeated), every event a log record: events');
  const record = (path: string) => (): Promise<Sample> => runCase('decode', ['record', path, CPU_SECONDS]);
  const small = await bench.table.row(`sigel: ${MIB} MiB`, record(bench.repeated(KERNEL[0] ?? '', MIB).path));
  const { path } = bench.repeated('kernel-process-w7', 4096);
  try {
    const goal = small === undefined ? {} : { atLeast: rate(small) / LINEAR };
    await bench.table.row('sigel: 4 GiB', record(path), { ...goal, mibAtMost: FLAT_MIB }, 1);
  } finally {
    rmSync(path);
  }
}
