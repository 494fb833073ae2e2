import type { End, Sample } from './service.ts';

// When a soak is passed. Memory of a process that collects garbage goes up and down, so medians of two spans are compared:
// what leaks is more in the later one, whatever a single look says.

/** The earlier and the later span, as parts of the whole: what comes before is warming up. */
const SPANS = [
  [0.4, 0.7],
  [0.7, 1],
] as const;
/** How much more the later median of resident memory may be: a share, and MiB. */
const RSS = { share: 0.1, mib: 10 };
/** The same of what is alive: as much as the queue holds more or less at the moment of a look. */
const LIVE = { share: 0.1, mib: 5 };
/** Files and sockets more in the later span than ever in the earlier: connections come and go. */
const HANDLES = 3;

/** What a soak must show, with the figures. */
export interface Finding {
  readonly name: string;
  readonly figures: string;
  readonly isMet: boolean;
}

/** Judges a soak by its samples and its end. `maxStored`: MiB that the queue's files may have. */
export function judge(samples: readonly Sample[], end: End | undefined, maxStored: number): Finding[] {
  const last = samples.at(-1)?.seconds ?? 0;
  const [early = [], late = []] = SPANS.map(([from, to]) =>
    samples.filter(({ seconds }) => seconds >= from * last && seconds <= to * last),
  );
  const most = (of: readonly Sample[]) => Math.max(...of.map(({ handles }) => handles));
  const stored = Math.max(...samples.map((sample) => sample.stored));
  return [
    flat('resident memory', early, late, ({ rss }) => rss, RSS),
    flat('what is alive', early, late, ({ live }) => live, LIVE),
    {
      name: 'open files and sockets',
      figures: `at most ${most(early)}, then ${most(late)}`,
      isMet: most(late) <= most(early) + HANDLES,
    },
    {
      name: 'the queue’s files',
      figures: `at most ${stored.toFixed(0)} of ${maxStored} MiB`,
      isMet: stored <= maxStored,
    },
    delivery(end),
  ];
}

function flat(
  name: string,
  early: readonly Sample[],
  late: readonly Sample[],
  of: (sample: Sample) => number | undefined,
  { share, mib }: { readonly share: number; readonly mib: number },
): Finding {
  const [before, after] = [median(early.map(of)), median(late.map(of))];
  const figures = `${before.toFixed(1)} MiB, then ${after.toFixed(1)} MiB`;
  return { name, figures, isMet: after <= before * (1 + share) + mib };
}

/** NaN, which meets nothing, of nothing. */
function median(values: readonly (number | undefined)[]): number {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function delivery(end: End | undefined): Finding {
  if (end === undefined) return { name: 'delivery', figures: 'the service told no end', isMet: false };
  const { balanced, emitted, made, filtered, delivered, dropped, queued } = end;
  return {
    name: 'delivery',
    figures: `${emitted} records and ${made} detections, ${filtered} left out, ${delivered} delivered, ${queued} on disk, ${dropped} dropped`,
    isMet: balanced && dropped === 0 && delivered + queued + filtered === emitted + made,
  };
}
