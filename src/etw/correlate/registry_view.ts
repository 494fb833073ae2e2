/** What a registry path means to the process that uses it. */
export interface RegistryViewer {
  /** SID of its user, where known. */
  readonly user: string | undefined;
}

// Hives of HKLM that are mounted on their own; a silo has its own of each.
const MACHINE_HIVES: ReadonlyMap<string, string> = new Map([
  ['machine', 'HKLM'],
  ['software', 'HKLM\\SOFTWARE'],
  ['system', 'HKLM\\SYSTEM'],
  ['sam', 'HKLM\\SAM'],
  ['security', 'HKLM\\SECURITY'],
  ['hardware', 'HKLM\\HARDWARE'],
  ['components', 'HKLM\\COMPONENTS'],
  ['drivers', 'HKLM\\DRIVERS'],
]);

// The silo's hive follows its GUID without a separator: `\REGISTRY\WC\Silo<guid>software\Microsoft\…`.
const SILO = /^\\REGISTRY\\WC\\Silo\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?\\?([^\\]+)(.*)$/is;
const CONTROL_SET = /^HKLM\\SYSTEM\\ControlSet(\d{3})(?=\\|$)/i;

/**
 * A key as people and rules name it: HKLM and HKU for the kernel's \REGISTRY\MACHINE and \REGISTRY\USER, and
 * for the hives of a silo (containers, packaged applications); CurrentControlSet for the control set in use,
 * as Sysmon shows it too. What has no such name (application hives, relative names) stays.
 *
 * Recorded hives of silos: `software`, `user_sid`, `user_classes`, `com`. The other machine hives follow
 * `software`; user hives by SID are assumed. A hive of another name stays as it is: a wrong one is worse.
 */
export function shownKey(key: string, viewer: RegistryViewer | undefined, controlSet: number): string {
  if (key.charCodeAt(0) !== 0x5c) return key;
  const end = key.indexOf('\\', ROOT.length);
  switch (key.slice(0, end < 0 ? key.length : end).toUpperCase()) {
    case '\\REGISTRY\\MACHINE':
      return currentControlSet(end < 0 ? 'HKLM' : `HKLM${key.slice(end)}`, controlSet);
    case '\\REGISTRY\\USER':
      return end < 0 ? 'HKU' : `HKU${key.slice(end)}`;
    case '\\REGISTRY\\WC':
      return siloKey(key, viewer, controlSet);
    default:
      return key;
  }
}

const ROOT = '\\REGISTRY\\';

function siloKey(key: string, viewer: RegistryViewer | undefined, controlSet: number): string {
  const [, hive = '', rest = ''] = SILO.exec(key) ?? [];
  const name = hive.toLowerCase();
  const machine = MACHINE_HIVES.get(name);
  if (machine !== undefined) return currentControlSet(machine + rest, controlSet);
  switch (name) {
    case 'user':
      return `HKU${rest}`;
    case 'default':
    case '.default':
      return `HKU\\.DEFAULT${rest}`;
    case 'user_sid':
      return (viewer?.user === undefined ? 'HKCU' : `HKU\\${viewer.user}`) + rest;
    case 'user_classes':
      return (viewer?.user === undefined ? 'HKCU\\Software\\Classes' : `HKU\\${viewer.user}_Classes`) + rest;
    default:
      return name.startsWith('s-1-') ? `HKU\\${hive}${rest}` : key;
  }
}

function currentControlSet(key: string, current: number): string {
  const match = CONTROL_SET.exec(key);
  return match !== null && Number(match[1]) === current
    ? `HKLM\\SYSTEM\\CurrentControlSet${key.slice(match[0].length)}`
    : key;
}
