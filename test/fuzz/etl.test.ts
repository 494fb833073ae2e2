import { test } from 'node:test';
import { fuzz } from './fuzz.ts';

const COUNT = 2000;

test(`${COUNT} damaged and made-up inputs: none hangs, none throws, memory stays bounded`, async (t) => {
  t.diagnostic(await fuzz(COUNT));
});
