import { z } from 'zod';

/** The processor `ecs` has nothing to configure. */
export const ecsConfig = z.strictObject({});
