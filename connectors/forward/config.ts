import { z } from 'zod';

/** The connector `forward` has nothing to configure. */
export const config = z.strictObject({});
