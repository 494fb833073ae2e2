import { setTimeout } from 'node:timers/promises';

/** How files are looked at for changes. */
export interface ChangesOptions {
  /** A text that changes when files change, come or go. */
  readonly stamp: () => Promise<string>;
  /** The one of what was loaded last. */
  readonly loaded: () => string;
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Called when files have changed, and have come to rest. */
  readonly onChange: () => Promise<unknown>;
  /** Takes what the others reject with; looking goes on. */
  readonly onError: (error: unknown) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Milliseconds for which files must not change before they are read: whoever copies many is not done at once. */
const SETTLED = 1000;

/** Looks at files again and again until `signal` aborts. Never rejects. */
export async function lookForChanges(options: ChangesOptions): Promise<void> {
  const { interval, signal, onError } = options;
  while (!signal.aborted) {
    try {
      await wait(interval, signal);
      await look(options);
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
  }
}

async function look({ stamp, loaded, interval, onChange, signal }: ChangesOptions): Promise<void> {
  let now = await stamp();
  if (now === loaded()) return;
  for (let before = ''; now !== before; ) {
    await wait(Math.min(SETTLED, interval), signal);
    before = now;
    now = await stamp();
  }
  await onChange();
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, { signal, ref: false });
}
