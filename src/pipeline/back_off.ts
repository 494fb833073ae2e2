/** How long to wait before trying again: grows from `initialMs` by doubling to `maxMs`. */
export interface BackOffOptions {
  readonly initialMs: number;
  readonly maxMs: number;
}

/** For re-offering inside the process: what refuses is a full queue or a memory limit, which pass quickly. */
export const RE_OFFER: BackOffOptions = { initialMs: 20, maxMs: 5_000 };

/** The waits of one series of attempts, each between half and one and a half times its nominal length. */
export function* backOff({ initialMs, maxMs }: BackOffOptions): Generator<number, never> {
  for (let nominal = initialMs; ; nominal = Math.min(nominal * 2, maxMs))
    yield nominal * (0.5 + Math.random());
}

/** Waits; resolves early when the signal aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
