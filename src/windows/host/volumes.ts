/** What a drive letter (`C:`) stands for: `\Device\HarddiskVolume3`. native/host_volumes.ts asks Windows. */
export type DeviceOfLetter = (letter: string) => string | undefined;

const LETTERS = Array.from({ length: 26 }, (_, i) => `${String.fromCharCode(0x41 + i)}:`);
// A volume, rather than a folder that was given a letter (`\??\C:\x`) or a share (`\Device\Mup\;…`).
const VOLUME = /^\\Device\\([^\\]+)$/i;

/** The host's volumes by device, `HarddiskVolume3` -> `C:`, as the correlator takes them. */
export function readVolumes(deviceOf: DeviceOfLetter): Map<string, string> {
  const volumes = new Map<string, string>();
  for (const letter of LETTERS) {
    const device = VOLUME.exec(deviceOf(letter) ?? '')?.[1];
    // The first letter of a volume with several is the one that people know it by.
    if (device !== undefined && !volumes.has(device)) volumes.set(device, letter);
  }
  return volumes;
}

/** The host's volumes over time: a volume may get a letter, lose it, or another one. */
export class HostVolumes {
  readonly #deviceOf: DeviceOfLetter;
  #known: ReadonlyMap<string, string>;

  constructor(deviceOf: DeviceOfLetter) {
    this.#deviceOf = deviceOf;
    this.#known = readVolumes(deviceOf);
  }

  /** As last read. */
  get known(): ReadonlyMap<string, string> {
    return this.#known;
  }

  /** Reads them again; undefined when nothing changed, else all of them (see Correlator.learnVolumes). */
  refresh(): ReadonlyMap<string, string> | undefined {
    const now = readVolumes(this.#deviceOf);
    const isSame =
      now.size === this.#known.size &&
      [...now].every(([device, letter]) => this.#known.get(device) === letter);
    if (isSame) return undefined;
    this.#known = now;
    return now;
  }
}
