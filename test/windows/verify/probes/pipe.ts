import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type Finding, judged } from '../finding.ts';
import { libraries, pause } from '../observe.ts';
import { product } from '../product.ts';
import { startSigel } from '../running_sigel.ts';

const READ_CONTROL = 0x2_0000;
const OPEN_EXISTING = 3;
const DACL = 4;
const SDDL_REVISION = 1;
const MAX_DESCRIPTOR = 4096;
/** Everybody, anonymous, users, those who have logged on, guests. */
const OTHERS = /;;;(?:WD|AN|BU|AU|BG|IU)\)/;

/** The agent's own pipe: who may use it, and that it answers. `main` is Sigel's main file. */
export async function controlPipe(main: string): Promise<readonly Finding[]> {
  const name = `\\\\.\\pipe\\ProtectedPrefix\\Administrators\\sigel-verify-${process.pid}`;
  const config = `
extensions: { control: { endpoint: '${name}' }, containerd: { endpoint: 'npipe:////./pipe/sigel-verify-none' } }
receivers: { containerd: }
exporters: { debug: }
service: { extensions: [control, containerd], pipelines: { logs: { receivers: [containerd], exporters: [debug] } } }`;
  const sigel = await startSigel([main, '--config', `yaml:${config}`]);
  const exited = once(sigel.child, 'exit');
  try {
    const list = accessList(name);
    const ask = (command: string) =>
      spawnSync(process.execPath, [main, command, '--endpoint', name], { timeout: 60_000 }).status;
    const reload = ask('reload');
    const drain = ask('drain');
    await Promise.race([exited, pause(30_000)]);
    const { exitCode } = sigel.child;
    const isOrderly = reload === 0 && drain === 0 && exitCode === 0;
    return [
      judged(
        'control-list',
        list === '' || OTHERS.test(list) ? `its access list is ${list || 'not to be read'}` : undefined,
        `nobody but administrators: ${list}`,
        { list },
      ),
      judged(
        'control-asked',
        isOrderly ? undefined : `reload ${reload}, drain ${drain}, the agent ${exitCode}: ${sigel.said()}`,
        'it reads its configuration again, drains and ends when it is asked',
      ),
    ];
  } finally {
    sigel.child.kill();
    await Promise.race([exited, pause(5000)]);
    sigel.dispose();
  }
}

/** In the security descriptor definition language; empty where it cannot be read. */
function accessList(pipe: string): string {
  const open = libraries.find<(...args: readonly (Uint8Array | number | null)[]) => bigint | number>(
    'kernel32',
    'CreateFileW',
    'uint64',
    product.parameters('pnnpnnp'),
  );
  const close = product.callOf(libraries, 'kernel32', 'CloseHandle', 'h');
  const read = product.callOf(libraries, 'advapi32', 'GetKernelObjectSecurity', 'hnpnp');
  const told = product.callOf(
    libraries,
    'advapi32',
    'ConvertSecurityDescriptorToStringSecurityDescriptorW',
    'pnnpp',
  );
  const size = product.callOf(libraries, 'kernel32', 'lstrlenW', 'h');
  const copy = libraries.find<(target: Uint8Array, source: bigint, bytes: bigint) => void>(
    'kernel32',
    'RtlMoveMemory',
    'void',
    ['void *', 'uint64', 'uint64'],
  );
  if (open.kind !== 'found' || copy.kind !== 'found' || !close || !read || !told || !size) return '';
  const handle = BigInt(open.call(product.wide(pipe), READ_CONTROL, 0, null, OPEN_EXISTING, 0, null));
  const descriptor = new Uint8Array(MAX_DESCRIPTOR);
  const used = new Uint32Array(1);
  const text = new BigUint64Array(1);
  const isRead =
    read(handle, DACL, descriptor, descriptor.length, used) !== 0 &&
    told(descriptor, SDDL_REVISION, DACL, text, null) !== 0;
  close(handle);
  if (!isRead) return '';
  const [at = 0n] = text;
  const units = new Uint16Array(size(at));
  copy.call(new Uint8Array(units.buffer), at, BigInt(units.byteLength));
  return product.fromWide(units);
}
