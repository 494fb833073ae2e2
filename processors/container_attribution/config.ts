import { z } from 'zod';
import { byteSize, duration } from '../../src/config/units.ts';
import { containerMatcher } from '../../src/containerd/container_matcher_config.ts';
import { kubernetesConfig } from '../../src/kubernetes/config.ts';

/** A full path as Windows shows it; what it names is compared without regard to case. */
const WINDOWS_PATH = /^[A-Za-z]:\\[^*?"<>|/]+$/;

const noise = z.strictObject({
  agent: z.boolean().default(true).describe("Leave out the agent's own, known by its pid and path."),
  programs: z
    .array(
      z.string().max(1024).regex(WINDOWS_PATH, { error: 'expected a full path such as C:\\k\\kubelet.exe' }),
    )
    .max(1000)
    .optional()
    .describe(
      'Leave out those of these programs, by full path and only as SYSTEM. Without it: kubelet, kube-proxy, containerd and its shim where the clouds have them.',
    ),
});

const options = z.strictObject({
  containerd: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The id of the extension that knows the containers, `containerd` unless given; `none` where nobody does, and a trace tells by itself what it can.',
    ),
  journal: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A journal in place of the extension, for recorded traces: the file that `sigel record` wrote beside them.',
    ),
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
  include: z
    .array(containerMatcher)
    .min(1)
    .optional()
    .describe('Keep only records of containers that meet one of these conditions. Without it, of all.'),
  exclude: z
    .array(containerMatcher)
    .min(1)
    .optional()
    .describe('Leave out records of containers that meet one of these, also of those that include names.'),
  host_records: z.boolean().default(true).describe("Keep records of the node's own processes."),
  host_service_name: z
    .string()
    .min(1)
    .max(255)
    .default('windows-node')
    .describe("`service.name` of records of the node's own processes."),
  noise: noise
    .prefault({})
    .describe('File, registry and network records that are left out, of what runs the node.'),
  kubernetes: kubernetesConfig
    .optional()
    .describe(
      "Asks the API server for this node's pods, for what containerd does not know; off when absent.",
    ),
});

/** Options of the `container_attribution` processor. */
export const containerAttributionConfig = options.refine(
  ({ containerd, journal }) => containerd === undefined || journal === undefined,
  {
    error: 'containerd and journal exclude each other: name one that knows the containers',
    path: ['journal'],
  },
);

/** Which of the node's own records are left out. */
export type NoiseConfig = z.infer<typeof noise>;
