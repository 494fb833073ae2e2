/**
 * How a process sees paths: which devices it calls by which names. Immutable; what is learnt later makes a
 * new view, so that a view's identity tells whether a path that was shown to it is still right.
 */
export class PathView {
  readonly #devices: ReadonlyMap<string, string>;
  readonly #windows: string;
  /** Windows 7 and 8 name images without their volume; this folder stands on one alone. Lower case. */
  readonly #windowsFolder: string;
  readonly #anyVhd: boolean;
  readonly #layers: boolean;

  constructor(options: PathViewOptions) {
    this.#devices = options.devices;
    this.#windows = options.windows ?? 'C:\\Windows';
    this.#windowsFolder = this.#windows.slice('C:\\'.length).toLowerCase();
    this.#anyVhd = options.anyVhd ?? false;
    this.#layers = options.layers ?? false;
  }

  /** A path of the object manager as the process would write it; what has no such form stays. */
  show(path: string): string {
    // All forms that are shown otherwise begin with one backslash.
    if (path.charCodeAt(0) !== BACKSLASH || path.charCodeAt(1) === BACKSLASH) return path;
    const end = path.indexOf('\\', 1);
    if (end < 0) return path;
    switch (path.slice(1, end).toLowerCase()) {
      case 'device':
        return this.#onDevice(path);
      case 'systemroot':
        return this.#windows + path.slice(end);
      case '??':
      case 'dosdevices':
      case 'global??':
        return dosPath(path, end + 1);
      case this.#windowsFolder:
        return this.#windows + path.slice(end);
      default:
        return path;
    }
  }

  #onDevice(path: string): string {
    const end = path.indexOf('\\', DEVICE.length);
    if (end < 0) return path;
    const device = path.slice(DEVICE.length, end).toLowerCase();
    const root = this.#devices.get(device);
    if (root !== undefined) return root + path.slice(end);
    if (this.#anyVhd && device.startsWith(VHD)) return `C:${path.slice(end)}`;
    if (device === 'mup' || device === 'lanmanredirector') return uncPath(path, end + 1);
    if (this.#layers) {
      const layer = LAYER.exec(path);
      if (layer !== null) return `C:${path.slice(layer[0].length)}`;
    }
    return path;
  }
}

/** What a {@link PathView} is made of. */
export interface PathViewOptions {
  /** By device (the part behind `\Device\`, lower case): `harddiskvolume3` -> `C:`, without a backslash at the end. */
  readonly devices: ReadonlyMap<string, string>;
  /** What `\SystemRoot` is, without a backslash at the end. */
  readonly windows?: string;
  /** Every VHD by GUID is C:, for a process of which nothing is known: only containers start from those. */
  readonly anyVhd?: boolean;
  /** Files that are still in a layer of the image are where the image has them. */
  readonly layers?: boolean;
}

const BACKSLASH = 0x5c;
const DEVICE = '\\Device\\';
/** The disk of a container's scratch space from Server 2022 on, lower case: `\Device\VhdHardDisk{guid}`. */
export const VHD = 'vhdharddisk{';

// Read-only layers as hcsshim keeps them: containerd's `snapshots\<n>\Files`, docker's `windowsfilter\<id>\Files`.
const LAYER = /^.*?\\(?:snapshots|windowsfilter)\\[^\\]+\\Files(?=\\)/i;

/** The device of a path (the part behind `\Device\`, lower case) and the rest from the next backslash on. */
export function deviceOf(path: string): { device: string; rest: string } | undefined {
  if (path.slice(0, DEVICE.length).toLowerCase() !== '\\device\\') return undefined;
  const end = path.indexOf('\\', DEVICE.length);
  return end < 0
    ? undefined
    : { device: path.slice(DEVICE.length, end).toLowerCase(), rest: path.slice(end) };
}

// `\??\C:\x`, `\??\UNC\server\share`; what is no drive letter (`\??\Volume{…}`) has no other form.
function dosPath(path: string, start: number): string {
  if (/^[A-Za-z]:(?:\\|$)/.test(path.slice(start, start + 3))) return path.slice(start);
  return path.slice(start, start + 4).toLowerCase() === 'unc\\' ? `\\\\${path.slice(start + 4)}` : path;
}

// The redirector and the connection may stand before the server: `\Device\Mup\;LanmanRedirector\;Z:0…1f\server\share`
// (or without the first semicolon, as `DfsClient\;Z:0…1f`; recorded).
function uncPath(path: string, start: number): string {
  const parts = path.slice(start).split('\\');
  let at = 0;
  while (parts[at]?.startsWith(';') === true || parts[at + 1]?.startsWith(';') === true) at++;
  const rest = parts.slice(at).join('\\');
  return rest === '' ? path : `\\\\${rest}`;
}
