import { forward } from '../connectors/forward/index.ts';
import { etlReceiver } from '../receivers/etl/index.ts';
import type { AnyDefinition } from './component.ts';

/** Every component this build has: the only list of them. */
export const components: readonly AnyDefinition[] = [
  // receivers
  etlReceiver,
  // connectors
  forward,
];
