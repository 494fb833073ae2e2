import { Buffer } from 'node:buffer';
import { haveTraces, traceBytes, tracePath } from '../interop/shared_data.ts';
import { scenario } from '../scenario/scenario.ts';
import { layoutOf } from './layout.ts';

/** Recorded traces that damage begins from, where they are here: every header kind and form of buffer. */
const RECORDED = [
  'amsi-tl-w10',
  'bond-w10',
  'diaghub-kernel-w10',
  'dynamic-ws22-xpress',
  'kernel-network-w7',
  'kernel-process-w7',
  'perfview452-x64-w8-xpress',
  'powershell-w11',
  'primitive-tl-w10',
  'sawbuck-image-32-v0-win7',
  'sawbuck-process-64-v3-win7',
  'small32-w10-xpress',
];
/** Buffers kept of a recorded trace: damage shows in few as well as in many. */
const MAX_BUFFERS = 6;

/** Undamaged traces: of written stories always, of recordings where they are. */
export function sources(): Buffer[] {
  const written = [story({}), story({ compress: true }), story({ bufferSize: 8192 })];
  const recorded = haveTraces() ? RECORDED.map((id) => firstBuffers(traceBytes(tracePath(id)))) : [];
  return [...written, ...recorded];
}

function story(session: { compress?: boolean; bufferSize?: number }): Buffer {
  const s = scenario({ session, images: true, threads: true, fullKeyNames: true });
  const pod = s.container();
  const web = s.process({ commandLine: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe -ap shop', in: pod });
  for (let i = 0; i < 6; i++) {
    const shell = web.starts(`cmd.exe /c "echo ${i}"`);
    shell.writesFile(`C:\\Windows\\Temp\\${i}.exe`).renamesFile(`C:\\Windows\\Temp\\${i}.exe`, 'C:\\x.exe');
    shell.setsRegistryValue('HKLM\\Software\\Shop', 'Run', 'x.exe');
    shell.resolves('pool.example').connects('203.0.113.7', 3333).sends(120);
    shell.runsScript('Write-Output "1"');
    s.after('20ms').flushes();
    shell.exits(i);
  }
  return Buffer.from(s.trace());
}

function firstBuffers(bytes: Uint8Array): Buffer {
  const trace = Buffer.from(bytes);
  const last = layoutOf(trace)[MAX_BUFFERS - 1];
  return last === undefined ? trace : trace.subarray(0, last.at + last.size);
}
