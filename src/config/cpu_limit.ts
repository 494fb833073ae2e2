import { z } from 'zod';

/** How much of the processors the process may take. */
export type CpuLimit =
  | { readonly kind: 'none' }
  | { readonly kind: 'cores' | 'share'; readonly value: number };

const HINT = 'expected a share of the machine such as "10%", a number of cores such as 1.5, or none';
const SHARE = /^(\d{1,3}(?:\.\d+)?)%$/;
/** A share of a small machine would be too little to do anything with. */
const LEAST_CORES = 0.5;

/** `10%`, `1.5` or `none`. */
export function cpuLimit() {
  return z
    .union(
      [
        z.number({ error: HINT }).positive({ error: HINT }),
        z.literal('none'),
        z
          .string()
          .regex(SHARE, { error: HINT, abort: true })
          .refine((text) => share(text) > 0 && share(text) <= 1, { error: HINT }),
      ],
      { error: HINT },
    )
    .transform((limit): CpuLimit => {
      if (limit === 'none') return { kind: 'none' };
      return typeof limit === 'number'
        ? { kind: 'cores', value: limit }
        : { kind: 'share', value: share(limit) };
    });
}

/** The limit in cores of a machine that has so many; a share is at least half a core. Undefined: none. */
export function coresOf(limit: CpuLimit, cores: number): number | undefined {
  switch (limit.kind) {
    case 'none':
      return undefined;
    case 'cores':
      return limit.value;
    case 'share':
      return Math.max(LEAST_CORES, limit.value * cores);
  }
}

function share(text: string): number {
  return Number(SHARE.exec(text)?.[1]) / 100;
}
