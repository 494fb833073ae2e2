import { test } from 'node:test';
import { fuzz } from './fuzz.ts';

// The interop suite `fuzz` tries 20,000.
const COUNT = 500;

test(`${COUNT} damaged and made-up inputs: none hangs, none throws, memory stays bounded`, async (t) => {
  t.diagnostic(await fuzz(COUNT));
});
