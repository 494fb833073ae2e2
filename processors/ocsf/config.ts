import { z } from 'zod';

/** Options of the `ocsf` processor. */
export const ocsfConfig = z.strictObject({
  body: z
    .enum(['map', 'json'])
    .default('map')
    .describe(
      'What the body of a detection becomes. `map`: the finding as structured body. `json`: the same as text, for peers that take a body as a line.',
    ),
});
