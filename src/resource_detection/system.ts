import { readFile } from 'node:fs/promises';
import { arch, hostname, networkInterfaces, platform, release, version } from 'node:os';
import process from 'node:process';
import { ResourceAttr } from '../model/attributes.ts';
import { type Detector, known } from './detector.ts';

/** Names as OpenTelemetry has them, where they differ from Node's. */
const OS_TYPES: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: 'x86', arm: 'arm32' };
/** Addresses that are told. */
const MAX_ADDRESSES = 64;

/**
 * This machine: its name, its lasting id, its architecture, its system; its addresses where they are asked for. The id
 * is `MachineGuid` on Windows, and /etc/machine-id elsewhere, where there is one.
 */
export const detectSystem: Detector = async ({ config }) => ({
  ...known({
    [ResourceAttr.hostName.name]: hostname(),
    [ResourceAttr.hostId.name]: await hostId(),
    [ResourceAttr.hostArch.name]: ARCHITECTURES[arch()] ?? arch(),
    [ResourceAttr.osType.name]: OS_TYPES[platform()] ?? platform(),
    [ResourceAttr.osVersion.name]: release(),
    [ResourceAttr.osDescription.name]: version(),
    // 10.0.20348: the third number is the build, by which Windows is told apart.
    [ResourceAttr.osBuildId.name]: platform() === 'win32' ? release().split('.')[2] : undefined,
  }),
  ...(config.host_ip ? { [ResourceAttr.hostIp.name]: addresses() } : {}),
});

async function hostId(): Promise<string | undefined> {
  try {
    return process.platform === 'win32'
      ? await machineGuid()
      : machineId(await readFile('/etc/machine-id', 'utf8'));
  } catch {
    // Not every system has one, and nothing depends on it.
    return undefined;
  }
}

/** machine-id(5): 32 hexadecimal digits and a newline; `uninitialized` while the first boot lasts. */
function machineId(text: string): string | undefined {
  return /^[0-9a-f]{32}$/.exec(text.trim())?.[0];
}

// Native code is loaded where it is used, and nowhere else.
async function machineGuid(): Promise<string | undefined> {
  const [{ hostRegistry }, { Libraries }] = await Promise.all([
    import('../windows/native/host_registry.ts'),
    import('../windows/native/libraries.ts'),
  ]);
  return hostRegistry(new Libraries()).text('SOFTWARE\\Microsoft\\Cryptography', 'MachineGuid');
}

function addresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all
    .filter(({ internal }) => !internal)
    .map(({ address }) => address.replace(/%.*$/, ''))
    .slice(0, MAX_ADDRESSES);
}
