import { z } from 'zod';
import { duration } from '../../src/config/units.ts';
import { parseEndpoint } from '../../src/containerd/endpoint.ts';

/** Options of the `containerd` extension. */
export const containerdConfig = z.strictObject({
  endpoint: z
    .string()
    .superRefine((text, issues) => {
      const parsed = parseEndpoint(text);
      if (parsed.kind === 'wrong') issues.addIssue({ code: 'custom', message: parsed.reason });
    })
    .optional()
    .describe(
      'Where containerd listens: `unix:///run/x.sock`, `npipe:////./pipe/x`, `//./pipe/x` or `\\\\.\\pipe\\x`. Without it, the usual places are tried.',
    ),
  namespaces: z
    .array(z.string().regex(/^(?:[\w.-]{1,128}|\*)$/, 'expected the name of a namespace, or "*" for all'))
    .min(1)
    .max(64)
    .default(['k8s.io'])
    .describe("containerd's namespaces to look at; `*` for all."),
  kubernetes_namespaces: z
    .array(z.string().regex(/^[\w.-]{1,128}$/, 'expected the name of a namespace'))
    .max(64)
    .default(['k8s.io'])
    .describe(
      'Namespaces that kubelet owns. Elsewhere labels may come from the image, and are not believed as Kubernetes identity.',
    ),
  connect_timeout: duration({ atLeast: '10ms' })
    .prefault('5s')
    .describe('How long connecting may take before it is given up and begun anew.'),
  request_timeout: duration({ atLeast: '10ms' }).prefault('10s').describe('How long an answer may take.'),
  reconcile_interval: duration({ atLeast: '100ms' })
    .prefault('60s')
    .describe('How often everything is listed again, in case an event was missed.'),
  retry_initial_interval: duration({ atLeast: '10ms' })
    .prefault('200ms')
    .describe('Wait before connecting again; doubled with each failure.'),
  retry_max_interval: duration({ atLeast: '10ms' }).prefault('15s').describe('The longest such wait.'),
  max_containers: z
    .int()
    .min(1)
    .max(100_000)
    .default(4096)
    .describe('Containers kept; deleted ones are forgotten first.'),
  keep_deleted: duration()
    .prefault('2m')
    .describe('How long a deleted container stays known, for what is told of it late.'),
  job_queries: z
    .union([z.literal('auto'), z.literal(false)])
    .default('auto')
    .describe(
      '`auto`: on Windows, ask it for the job of each container that starts: its silo, session and processes. Needs LocalSystem. `false`: never.',
    ),
});
