import { z } from 'zod';
import { byteSize, duration } from '../../src/config/units.ts';
import { kubernetesConfig } from '../../src/kubernetes/config.ts';

/** Options of the `container_attribution` processor. */
export const containerAttributionConfig = z.strictObject({
  containerd: z
    .string()
    .min(1)
    .default('containerd')
    .describe('The id of the extension that knows the containers.'),
  wait: duration({ atLeast: '1ms' })
    .prefault('2s')
    .describe('How long records of a process wait for containerd to tell of its container.'),
  max_parked: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(20_000)
    .describe('Most records that wait; beyond that, those of the process that waits longest go on.'),
  max_parked_size: byteSize()
    .prefault('32MiB')
    .describe('Most memory that waiting records may take, as estimated from their texts.'),
  kubernetes: kubernetesConfig
    .optional()
    .describe(
      "Asks the API server for this node's pods, for what containerd does not know; off when absent.",
    ),
});
