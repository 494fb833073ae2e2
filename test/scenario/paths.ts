/** Where a process sees its files and registry: the host, or a container with a scratch volume and hives of its own. */
export interface View {
  /** NT path of what the process calls C:, without a trailing backslash. */
  readonly systemVolume: string;
  /** The silo whose hives it sees; undefined on the host. */
  readonly silo?: string;
}

/** The host's view: C: is HarddiskVolume3, behind the EFI and recovery partitions. */
export const HOST_VIEW: View = { systemVolume: '\\Device\\HarddiskVolume3' };

/** `C:\x` as the kernel names it to whoever asks from outside; NT paths stay as they are. */
export function ntPath(view: View, path: string): string {
  return /^[A-Za-z]:/.test(path) ? view.systemVolume + path.slice(2) : path;
}

/**
 * A key as the kernel names it: `HKLM\SOFTWARE\X` is \REGISTRY\MACHINE\SOFTWARE\X on the host, and in a silo
 * \REGISTRY\WC\Silo<guid>software\X, where every hive of the silo is a key of its own. How user hives are
 * named there is not documented; `user` and the SID stand for it.
 */
export function ntKey(view: View, key: string, userSid: string): string {
  const [root = '', ...rest] = key.split('\\');
  const machine = /^(HKLM|HKEY_LOCAL_MACHINE)$/i.test(root);
  const current = /^(HKCU|HKEY_CURRENT_USER)$/i.test(root);
  const users = /^(HKU|HKEY_USERS)$/i.test(root);
  if (!machine && !current && !users) return key;
  const below = current ? [userSid, ...rest] : rest;
  if (view.silo === undefined) return ['\\REGISTRY', machine ? 'MACHINE' : 'USER', ...below].join('\\');
  const prefix = `\\REGISTRY\\WC\\Silo${view.silo}`;
  if (!machine) return [`${prefix}user`, ...below].join('\\');
  const [hive = '', ...keys] = below;
  return [`${prefix}${hive.toLowerCase()}`, ...keys].join('\\');
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('\\') + 1);
}

/** Programs that are not in System32, by what one types. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'powershell.exe': 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  'explorer.exe': 'C:\\Windows\\explorer.exe',
};

/** The image that a command line starts: its first word, in System32 unless it says otherwise. */
export function imageOf(commandLine: string): string {
  const quoted = /^"([^"]+)"/.exec(commandLine);
  const word = quoted?.[1] ?? commandLine.split(' ')[0] ?? '';
  if (word.includes('\\')) return word;
  return ELSEWHERE[word.toLowerCase()] ?? `C:\\Windows\\System32\\${word}`;
}
