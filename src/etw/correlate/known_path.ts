import { baseName, extension } from '../events/conversions.ts';
import type { PathView } from './path_view.ts';

/** A path as the kernel names it, with what it was last shown as: most files are used many times by one process. */
export class KnownPath {
  readonly nt: string;
  readonly name: string | undefined;
  readonly extension: string | undefined;
  /** The uid of the pod on whose volume it lies. */
  readonly podUid: string | undefined;
  #view: PathView | undefined;
  #shown = '';

  constructor(nt: string) {
    this.nt = nt;
    this.name = baseName(nt);
    this.extension = extension(nt);
    this.podUid = podUid(nt);
  }

  shownTo(view: PathView): string {
    if (view !== this.#view) {
      this.#view = view;
      this.#shown = view.show(this.nt);
    }
    return this.#shown;
  }
}

// kubelet's `pods\<uid>\volumes\<plugin>\<volume>\…` and `volume-subpaths`; a static pod's uid is a hash.
const POD_VOLUME = /\\kubelet\\pods\\([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\volume/i;

function podUid(path: string): string | undefined {
  return path.includes('\\pods\\') ? POD_VOLUME.exec(path)?.[1]?.toLowerCase() : undefined;
}
