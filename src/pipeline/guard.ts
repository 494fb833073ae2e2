import { type Outcome, refusedForGood } from '../model/outcome.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Consume } from './fan_out.ts';

/**
 * The boundary around a component: an exception out of a consume method is a bug of that component, is said
 * once here, and refuses the batch for good; it never reaches another component.
 */
export function guard<B>(id: string, consume: Consume<B>, logger: Logger): Consume<B> {
  return async (batch): Promise<Outcome> => {
    try {
      return await consume(batch);
    } catch (error) {
      logger.error('a component failed on a batch: this is a bug', {
        component: id,
        error: describeError(error),
      });
      return refusedForGood(`${id} failed on it`);
    }
  };
}

/** An error with its stack, or whatever else was thrown, as text. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
