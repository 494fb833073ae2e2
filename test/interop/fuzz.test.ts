import { test } from 'node:test';
import { fuzz, SEED } from '../fuzz/fuzz.ts';

const COUNT = 20_000;

/** Another seed than `npm test` has: the first inputs are then others, too. */
const OTHER_SEED = SEED + 1;

test(`${COUNT} damaged and made-up inputs, seed ${OTHER_SEED}: none hangs, none throws, memory stays bounded`, async (t) => {
  t.diagnostic(await fuzz(COUNT, OTHER_SEED));
});
