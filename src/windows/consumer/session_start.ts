import process from 'node:process';

const FILETIME_TO_UNIX = 116_444_736_000_000_000n;
// TRACE_LOGFILE_HEADER, 64-bit: PerfFreq, StartTime, clock type.
const PERF_FREQ = 0x100;
const START_TIME = 0x108;
const CLOCK_TYPE = 0x110;
const SYSTEM_TIME = 2;

/**
 * The session clock at the session's start, where nothing tells it: the zero that converts its time stamps.
 * QPC is counted back from now (on Windows process.hrtime is QPC in nanoseconds) by how long the session has
 * run, so it is as exact as the system's time is steady; the receiver's clock corrects the rest.
 */
export function startOfSession(
  logFileHeader: Uint8Array,
  now: { readonly hrtime: bigint; readonly filetime: bigint } = systemNow(),
): { readonly high: number; readonly low: number } {
  const view = new DataView(logFileHeader.buffer, logFileHeader.byteOffset, logFileHeader.byteLength);
  const start = view.getBigInt64(START_TIME, true);
  const frequency = view.getBigInt64(PERF_FREQ, true);
  if (view.getUint32(CLOCK_TYPE, true) === SYSTEM_TIME) return halves(start);
  const ticks = (now.hrtime * frequency) / 1_000_000_000n;
  return halves(ticks - ((now.filetime - start) * frequency) / 10_000_000n);
}

function systemNow(): { hrtime: bigint; filetime: bigint } {
  return { hrtime: process.hrtime.bigint(), filetime: BigInt(Date.now()) * 10_000n + FILETIME_TO_UNIX };
}

function halves(value: bigint): { high: number; low: number } {
  return { high: Number(BigInt.asIntN(32, value >> 32n)), low: Number(value & 0xffffffffn) };
}
