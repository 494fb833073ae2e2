import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { channelsOfServices } from '../event_log/channels.ts';
import { loadRules } from '../load.ts';
import { coverageOf, type Surroundings } from './coverage.ts';
import { defaultSurroundings, withFileFacts } from './surroundings.ts';

const RULES = new URL('../../../../shared/data/sigma/rules', import.meta.url).pathname;
const skip = existsSync(RULES) ? false : `SKIPPED: no recorded data at ${RULES}`;

test('coverage of the active Windows rules of SigmaHQ', { skip }, async () => {
  const { rules } = await loadRules([RULES], new Map());
  const firing = (surroundings: Surroundings): number =>
    rules.filter((rule) => coverageOf(rule, surroundings).kind === 'fires').length;
  const preset = defaultSurroundings();
  assert.deepEqual(
    {
      preset: firing(preset),
      presetWithFiles: firing(withFileFacts(preset)),
      presetWithFilesAndLogs: firing({
        ...withFileFacts(preset),
        channels: new Set(channelsOfServices('all').map((name) => name.toLowerCase())),
      }),
      all: firing({ ...preset, eventNames: 'all' }),
      allWithFiles: firing(withFileFacts({ ...preset, eventNames: 'all' })),
    },
    { preset: 2360, presetWithFiles: 2426, presetWithFilesAndLogs: 2761, all: 2532, allWithFiles: 2598 },
  );
});
