import { z } from 'zod';
import { listenAddress } from '../../src/http/listen_address.ts';

const path = (key: string) =>
  z.string().regex(/^\/[\w./-]{0,200}$/, `expected a path, such as "${key}", of letters, digits and ./_-`);

/** Options of the `health_check` extension, named as the Collector's. */
export const healthCheckConfig = z
  .strictObject({
    endpoint: listenAddress()
      .prefault('127.0.0.1:13134')
      .describe(
        "The address to listen at; for kubelet's probes the pod's. The Collector has 13133, so that both fit on a node.",
      ),
    path: path('/')
      .default('/')
      .describe('Readiness: 200 when all components run, 503 while they start or stop or one has failed.'),
    liveness_path: path('/live')
      .default('/live')
      .describe('Liveness: 503 only when a component has failed for good; starting anew may help then.'),
    component_health: z
      .strictObject({
        include_recoverable_errors: z
          .boolean()
          .default(false)
          .describe('Whether trouble that may pass (a peer away, a full queue, lost events) is not ready.'),
      })
      .prefault({})
      .describe('Which statuses of components count.'),
    response_body: z
      .strictObject({
        healthy: z.string().max(4096).describe('The body of 200.'),
        unhealthy: z.string().max(4096).describe('The body of 503.'),
      })
      .optional()
      .describe('Texts to answer with; without it, a JSON object says what is not well.'),
  })
  .refine(({ path, liveness_path: live }) => path !== live, {
    error: 'expected path and liveness_path to differ',
    path: ['liveness_path'],
  });
