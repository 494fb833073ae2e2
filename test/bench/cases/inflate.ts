/**
 * inflate.ts FILE CPU_SECONDS: inflates the compressed buffers of a trace, which are in memory, and again until
 * it has taken so many CPU-seconds. The units are the bytes inflated to.
 */
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { readBufferHeader } from '../../../src/etw/buffer_header.ts';
import { BUFFER_HEADER_SIZE, BufferFlag } from '../../../src/etw/constants.ts';
import { inflateXpress } from '../../../src/etw/xpress.ts';
import { cpuSince, report } from './traces.ts';

const [path = '', cpuAtLeast = '0'] = process.argv.slice(2);
const file = readFileSync(path);
const view = new DataView(file.buffer, file.byteOffset, file.byteLength);

const buffers: { readonly from: number; readonly to: number; readonly size: number }[] = [];
for (let at = 0; at + BUFFER_HEADER_SIZE <= file.length; ) {
  const { size, filled, flags } = readBufferHeader(view, at);
  if (size < BUFFER_HEADER_SIZE) break;
  if ((flags & BufferFlag.compressed) !== 0)
    buffers.push({ from: at + BUFFER_HEADER_SIZE, to: at + size, size: filled - BUFFER_HEADER_SIZE });
  at += size;
}
const target = Buffer.alloc(Math.max(...buffers.map(({ size }) => size)));

let bytes = 0;
let rounds = 0;
const began = process.cpuUsage();
do {
  rounds++;
  for (const { from, to, size } of buffers) {
    const written = inflateXpress(file, from, to, target.subarray(0, size));
    if (written !== size) throw new Error(`${written} bytes of ${size}`);
    bytes += written;
  }
} while (cpuSince(began) < Number(cpuAtLeast));
report(bytes, cpuSince(began), `${rounds} rounds over ${buffers.length} buffers`);
