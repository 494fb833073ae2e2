import { GenerationMap } from './generation_map.ts';
import { deviceOf, PathView, VHD } from './path_view.ts';
import type { RegistryViewer } from './registry_view.ts';

const MAX_PROCESSES = 32_768;
const MAX_SESSIONS = 4096;
const MAX_VOLUMES = 1024;

/** A process that was seen to start or run. */
export interface SeenProcess {
  readonly pid: number;
  readonly session: number | undefined;
  /** Who made it, by the event's header; for a process that ran before the trace, its parent. */
  readonly creator: number | undefined;
  /** NT path of its image; undefined where the event does not tell. */
  readonly image: string | undefined;
  /** SID. */
  readonly user: string | undefined;
  /** It starts now, rather than being found running. */
  readonly starts: boolean;
}

interface Known extends RegistryViewer {
  /** Undefined for a process without one (the session manager) or of which only modules were seen. */
  readonly session: number | undefined;
  /**
   * A volume of its own: in session 0 that of a HostProcess container's image, without a session the one it
   * runs `\Windows` from. In other sessions that is the session's.
   */
  readonly volume: string | undefined;
  readonly user: string | undefined;
  /** It exited: events may still come from it, but what starts with its pid is another process. */
  readonly ended: boolean;
}

interface Session {
  readonly volume: string;
  /** Its Windows directory is there; else only some image of it. */
  readonly certain: boolean;
}

/**
 * Who sees paths how: the host, each container, each HostProcess container. Nothing in ETW says it outright;
 * it follows from what processes are seen to run:
 *
 * - Session 0 is the host's, so the volume its processes run `\Windows\System32` from is the host's C:, unless
 *   the trace says which volume is (VolumeMapping).
 * - Every container has a session of its own. The volume that a session runs `\Windows` from is its C:;
 *   when that is not the host's, the session is a container's, and it sees no other volume by a letter.
 * - The first to tell of a session is believed, and then only a process that was started from outside of it
 *   (the first of a new container in a session used before): whoever is inside cannot change its view.
 * - A HostProcess container runs in session 0 and sees the host's volumes, and its own image at C:\hpc.
 *
 * - A process without a session, or that was not seen to start, sees as C: what it runs `\Windows\System32` from.
 *
 * A process of which nothing is known sees the host's volumes, and any container's disk as C:.
 */
export class ProcessViews {
  readonly #processes = new GenerationMap<number, Known>(MAX_PROCESSES);
  readonly #sessions = new GenerationMap<number, Session>(MAX_SESSIONS);
  /** The host's volumes by device: what the trace or the system told, else the one that was inferred. */
  readonly #told = new Map<string, string>();
  #inferred: string | undefined;
  #windows = 'C:\\Windows';
  // Views are made when first asked for, and anew when more is known of the host's volumes.
  #host: PathView | undefined;
  #unknown: PathView | undefined;
  /** By the device that is C: (containers) or C:\hpc (HostProcess containers). */
  readonly #containers = new Map<string, PathView>();
  readonly #hostProcesses = new Map<string, PathView>();

  constructor() {
    for (const pid of KERNEL_PIDS)
      this.#processes.set(pid, { session: HOST_SESSION, volume: undefined, user: undefined, ended: false });
  }

  /** A volume's letter, as the system or the trace tells: device without `\Device\`, in any case, and `C:`. */
  learnVolume(device: string, letter: string): void {
    if (this.#told.size >= MAX_VOLUMES) return;
    this.#told.set(device.toLowerCase(), letter);
    this.#forgetViews();
  }

  /** The host's volumes as the system tells them now: a letter that moved is no longer the old device's. */
  learnVolumes(volumes: ReadonlyMap<string, string>): void {
    const letters = new Set(volumes.values());
    for (const [device, letter] of this.#told) if (letters.has(letter)) this.#told.delete(device);
    for (const [device, letter] of volumes) this.learnVolume(device, letter);
  }

  /** The host's Windows directory, `C:\Windows`. */
  learnWindows(directory: string): void {
    this.#windows = directory;
    this.#forgetViews();
  }

  learnProcess(seen: SeenProcess): void {
    const { pid, session, starts } = seen;
    if (KERNEL_PIDS.includes(pid)) return;
    const before = this.#processes.get(pid);
    const creator = seen.creator === undefined ? undefined : this.#processes.get(seen.creator);
    const at = seen.image === undefined ? undefined : deviceOf(seen.image);
    // The other half of the same start may have come before and known more.
    const same = before !== undefined && before.session === session && !before.ended ? before : undefined;
    const inherited =
      session === HOST_SESSION && creator?.session === HOST_SESSION ? creator.volume : undefined;
    this.#processes.set(pid, {
      session,
      volume: ownVolume(session, at) ?? inherited ?? same?.volume,
      user: seen.user ?? same?.user,
      ended: false,
    });
    if (at === undefined || session === undefined) return;
    this.#learnImage(session, at, starts && creator?.session !== session);
  }

  /** A process exited. */
  endProcess(pid: number): void {
    const known = this.#processes.get(pid);
    if (known !== undefined) this.#processes.set(pid, { ...known, ended: true });
  }

  /** An image that a process loaded. */
  learnModule(pid: number, image: string): void {
    const known = this.#processes.get(pid);
    const session = known?.session;
    if (session === undefined) {
      if (known?.volume !== undefined) return;
      const at = deviceOf(image);
      const volume = ownVolume(undefined, at);
      if (volume !== undefined)
        this.#processes.set(pid, { session, volume, user: known?.user, ended: false });
      return;
    }
    const certain = session === HOST_SESSION ? this.#hasHostVolume() : this.#sessions.get(session)?.certain;
    if (certain === true) return;
    const at = deviceOf(image);
    if (at !== undefined) this.#learnImage(session, at, false);
  }

  /** How a process sees paths. */
  viewOf(pid: number | undefined): PathView {
    const known = pid === undefined ? undefined : this.#processes.get(pid);
    if (known === undefined) return this.#unknownView();
    const { session } = known;
    if (session === HOST_SESSION)
      return known.volume === undefined ? this.#hostView() : this.#hostProcessView(known.volume);
    const volume = session === undefined ? known.volume : this.#sessions.get(session)?.volume;
    if (volume === undefined) return this.#unknownView();
    return this.#isHosts(volume) ? this.#hostView() : this.#containerView(volume);
  }

  /** Whether a process is known and has not ended: what has its pid now may be another one. */
  runs(pid: number): boolean {
    return this.#processes.get(pid)?.ended === false;
  }

  /** What is known of a process that matters for the registry. */
  viewer(pid: number | undefined): RegistryViewer | undefined {
    return pid === undefined ? undefined : this.#processes.get(pid);
  }

  #learnImage(session: number, { device, rest }: Place, fromOutside: boolean): void {
    const path = rest.slice(0, SYSTEM.length).toLowerCase();
    if (session === HOST_SESSION) {
      // A HostProcess container's image may have a Windows directory too, but is on a disk by GUID.
      if (path === SYSTEM && !device.startsWith(VHD) && !this.#hasHostVolume()) {
        this.#inferred = device;
        this.#forgetViews();
      }
      return;
    }
    const certain = path.startsWith(WINDOWS);
    const before = this.#sessions.get(session);
    if (certain ? before?.certain !== true || fromOutside : before === undefined && device.startsWith(VHD))
      this.#sessions.set(session, { volume: device, certain });
  }

  #hasHostVolume(): boolean {
    return this.#inferred !== undefined || this.#told.size > 0;
  }

  #isHosts(device: string): boolean {
    return this.#told.has(device) || device === this.#inferred;
  }

  #hostVolumes(): Map<string, string> {
    const volumes = new Map(this.#told);
    if (volumes.size === 0 && this.#inferred !== undefined)
      volumes.set(this.#inferred, this.#windows.slice(0, 2));
    return volumes;
  }

  #hostView(): PathView {
    this.#host ??= new PathView({ devices: this.#hostVolumes(), windows: this.#windows });
    return this.#host;
  }

  #unknownView(): PathView {
    this.#unknown ??= new PathView({ devices: this.#hostVolumes(), windows: this.#windows, anyVhd: true });
    return this.#unknown;
  }

  #hostProcessView(volume: string): PathView {
    const devices = (): Map<string, string> => this.#hostVolumes().set(volume, HOST_PROCESS_ROOT);
    return kept(
      this.#hostProcesses,
      volume,
      () => new PathView({ devices: devices(), windows: this.#windows }),
    );
  }

  #containerView(volume: string): PathView {
    return kept(
      this.#containers,
      volume,
      () => new PathView({ devices: new Map([[volume, 'C:']]), layers: true }),
    );
  }

  #forgetViews(): void {
    this.#host = undefined;
    this.#unknown = undefined;
    this.#hostProcesses.clear();
  }
}

function kept(views: Map<string, PathView>, volume: string, make: () => PathView): PathView {
  let view = views.get(volume);
  if (view === undefined) {
    if (views.size >= MAX_SESSIONS) views.clear();
    view = make();
    views.set(volume, view);
  }
  return view;
}

type Place = NonNullable<ReturnType<typeof deviceOf>>;

const HOST_SESSION = 0;
/** Idle and System, the kernel's own two processes. */
const KERNEL_PIDS: readonly number[] = [0, 4];
const WINDOWS = '\\windows\\';
const SYSTEM = '\\windows\\system32\\';

// Where a HostProcess container has its image since containerd 1.7 (microsoft/Windows-Containers#639: the
// kernel names such files \Device\VhdHardDisk{guid}\….)
const HOST_PROCESS_ROOT = 'C:\\hpc';

function ownVolume(session: number | undefined, at: Place | undefined): string | undefined {
  if (at === undefined) return undefined;
  if (session === HOST_SESSION) return at.device.startsWith(VHD) ? at.device : undefined;
  if (session !== undefined) return undefined;
  return at.rest.slice(0, SYSTEM.length).toLowerCase() === SYSTEM ? at.device : undefined;
}
