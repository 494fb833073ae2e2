import { z } from 'zod';
import { duration } from '../config/units.ts';
import { wrongKeyPattern } from './extraction.ts';
import { METADATA, USUAL_METADATA } from './pod_attributes.ts';

const MAX_PATTERN = 256;

function fieldRule(what: string) {
  const rule = z.strictObject({
    key: z.string().min(1).max(512).optional().describe(`The ${what}, exactly.`),
    key_regex: z
      .string()
      .min(1)
      .max(MAX_PATTERN)
      .superRefine((text, issues) => {
        const message = wrongKeyPattern(text);
        if (message !== undefined) issues.addIssue({ code: 'custom', message });
      })
      .optional()
      .describe(`A regular expression (RE2) that all of the ${what}'s key matches, instead of \`key\`.`),
    tag_name: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .describe(
        `The attribute; \`k8s.pod.${what}.KEY\` without it. With \`key_regex\` it names groups: \`$1\`, \`\${name}\`.`,
      ),
  });
  return z
    .array(
      rule.refine(({ key, key_regex }) => (key === undefined) !== (key_regex === undefined), {
        error: 'expected either "key" or "key_regex"',
      }),
    )
    .max(64)
    .default([]);
}

const extract = z.strictObject({
  metadata: z
    .array(z.enum(METADATA))
    .default([...USUAL_METADATA])
    .describe('Attributes to add, by name. The name, namespace and uid of the pod are always there.'),
  labels: fieldRule('label').describe(
    'Labels of the pod that become attributes. containerd tells those that the pod was made with; here they are as they are now.',
  ),
  annotations: fieldRule('annotation').describe('Annotations of the pod that become attributes.'),
  otel_annotations: z
    .boolean()
    .default(true)
    .describe(
      'Whether annotations `resource.opentelemetry.io/NAME` become attributes NAME, but for names that are not for the pod to say (`k8s.*`, `container.*`, `host.*`, …).',
    ),
});

/** The `kubernetes` block: how to ask the API server for the pods of this node. */
export const kubernetesConfig = z.strictObject({
  server: z
    .url({ protocol: /^https$/, error: 'expected the address of an API server: https://HOST:PORT' })
    .optional()
    .describe(
      'The API server, as `https://host:port`. Without it, the one that a pod is told of (`KUBERNETES_SERVICE_HOST`).',
    ),
  token_file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The file of a bearer token, read for each request. Without it, the token of the pod’s service account.',
    ),
  ca_file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The file (PEM) of the authority of the API server’s certificate. Without it, that of the service account; with `server`, those of the system.',
    ),
  node: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe(
      'The name of this node. Without it, `K8S_NODE_NAME` of the environment, or `k8s.node.name` of `service::telemetry::resource`.',
    ),
  extract: extract.prefault({}).describe('What becomes attributes.'),
  wait_for_metadata: duration()
    .prefault('0s')
    .describe('How long the start waits for the first list of pods. Records never wait.'),
  pod_delete_grace_period: duration()
    .prefault('120s')
    .describe('How long a deleted pod stays known, for what is told of it late.'),
  max_pods: z.int().min(1).max(10_000).default(1000).describe('Pods kept; deleted ones are forgotten first.'),
  page_size: z.int().min(1).max(1000).default(100).describe('Pods that are asked for at a time.'),
  request_timeout: duration({ atLeast: '10ms' })
    .prefault('15s')
    .describe('How long an answer may take, or the beginning of a watch.'),
  watch_timeout: duration({ atLeast: '1s' })
    .prefault('5m')
    .describe('How long a watch lasts before it is begun anew where it was; a little more or less.'),
  silence_timeout: duration({ atLeast: '100ms' })
    .prefault('150s')
    .describe('How long a watch may be silent; the API server usually sends something each minute.'),
  retry_initial_interval: duration({ atLeast: '10ms' })
    .prefault('500ms')
    .describe('Wait before asking again; doubled with each failure.'),
  retry_max_interval: duration({ atLeast: '10ms' }).prefault('30s').describe('The longest such wait.'),
});

/** The parsed `kubernetes` block. */
export type KubernetesConfig = z.infer<typeof kubernetesConfig>;
