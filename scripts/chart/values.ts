import { z } from 'zod';
import { gatewayValues } from './gateway_values.ts';
import { anyList, anyMap, imageValues, texts } from './parts.ts';

/** What may be set for the chart charts/sigel, with defaults: its values.yaml, its JSON Schema and the table of its README are made of it. */
export const chartValues = z.strictObject({
  nameOverride: z.string().default('').describe("Instead of the chart's name."),
  fullnameOverride: z
    .string()
    .default('')
    .describe('The name of all objects; else made of release and chart.'),
  namespaceOverride: z.string().default('').describe("The namespace of all objects; else the release's."),
  commonLabels: texts().describe('Labels for all objects.'),
  global: anyMap().describe('What Helm gives to charts that are part of others; nothing of it is read.'),

  clusterName: z
    .string()
    .default('')
    .describe(
      'Required: the name of this cluster, the same on all nodes; `k8s.cluster.name` of all that is sent.',
    ),
  deploymentEnvironment: z
    .string()
    .default('')
    .describe('`deployment.environment.name` of all that is sent; left out where it is empty.'),
  preset: z
    .enum(['', 'aks', 'eks', 'gke'])
    .default('')
    .describe(
      "The cloud: its metadata service is asked for region and machine, and the gateway's load balancer is an internal one. " +
        '`gke` has no agents in pods (docs/install-gke.md).',
    ),

  otlp: z
    .strictObject({
      endpoint: z
        .string()
        .default('')
        .describe(
          "Required: host and port of the OTLP gateway (gRPC). Agents use the node's DNS, which does not know the cluster's services.",
        ),
      insecure: z.boolean().default(false).describe('Without TLS.'),
      caSecret: z
        .string()
        .default('')
        .describe('A Secret with `ca.crt`, the authority to trust instead of those of the system.'),
      clientSecret: z
        .string()
        .default('')
        .describe('A Secret with `tls.crt` and `tls.key`, by which agents show who they are.'),
    })
    .prefault({})
    .describe('Where agents send to.'),

  config: anyMap().describe(
    "Laid over the chart's configuration, whose maps are merged and whose lists are replaced (README: Configuration).",
  ),
  alternateConfig: anyMap().describe("Instead of the chart's configuration, all of it."),
  existingConfigMap: z
    .string()
    .default('')
    .describe("A ConfigMap of yours with `config.yaml`, instead of the chart's."),
  enableConfigChecksumAnnotation: z
    .boolean()
    .default(true)
    .describe(
      'A changed configuration replaces pods, some at a time. Else running agents take it up (`--watch-config`).',
    ),

  rules: z
    .strictObject({
      files: z
        .record(z.string().regex(/^[\w-][\w.-]*\.ya?ml$/), z.string())
        .default({})
        .describe('Sigma rules by file name (`NAME.yml`), beside the built-in ones.'),
      configMaps: z.array(z.string()).default([]).describe('ConfigMaps with more such files.'),
    })
    .prefault({})
    .describe('Rules of your own. Agents take up changes without a restart.'),
  lists: z
    .strictObject({
      values: z
        .record(z.string().regex(/^[\w.-]+$/), z.array(z.string()))
        .default({})
        .describe('Values by list, for `%NAME%` in rules.'),
      configMaps: z
        .array(
          z.strictObject({
            name: z.string().describe('The ConfigMap.'),
            keys: z
              .array(z.string())
              .min(1)
              .describe('Its keys, each a list of that name, a value on each line.'),
          }),
        )
        .default([])
        .describe('ConfigMaps that hold lists.'),
    })
    .prefault({})
    .describe(
      'Lists that rules name. Agents take up changed values without a restart; a new list is a new configuration.',
    ),
  exceptions: anyList().describe(
    'Detections that are known to be right, for a time (docs/rules.md). Taken up without a restart.',
  ),
  packs: z
    .array(
      z
        .looseObject({
          name: z
            .string()
            .regex(/^[\w.-]+$/)
            .describe('What its key and its copy on the node are called.'),
          url: z.string().describe('`https://….tar.gz` or `oci://registry/repository:tag`.'),
          publicKey: z.string().describe('The Ed25519 key, in PEM, that it has to be signed with.'),
        })
        .describe('Any other option of `packs` of the signature processor stands beside these.'),
    )
    .default([])
    .describe('Signed rules that agents fetch (docs/rule-packs.md).'),
  signatures: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe('Whether agents run code from ConfigMaps, as SYSTEM. Built-in signatures run anyway.'),
      configMaps: z.array(z.string()).default([]).describe('ConfigMaps with TypeScript, JavaScript or Rego.'),
    })
    .prefault({})
    .describe('Signatures of your own that are code (docs/signatures.md).'),

  kubernetesMetadata: z
    .boolean()
    .default(false)
    .describe(
      'Agents ask the API server for owners and annotations of their pods, and get the right to; a gateway can do it for all.',
    ),
  healthCheck: z
    .strictObject({
      port: z
        .int()
        .min(1)
        .max(65535)
        .default(13134)
        .describe("A port of the node; the Collector's is another."),
    })
    .prefault({})
    .describe('Where kubelet asks how the agent is.'),
  metrics: z
    .strictObject({
      enabled: z.boolean().default(false).describe("Serve Sigel's own metrics to Prometheus."),
      port: z.int().min(1).max(65535).default(13136).describe('A port of the node.'),
    })
    .prefault({})
    .describe(
      'Whoever reaches the node can read them: pods of the network of the node know no NetworkPolicy.',
    ),
  podMonitor: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Make a PodMonitor, and serve the metrics that it names.'),
      labels: texts().describe('Labels by which Prometheus finds it.'),
      interval: z.string().default('30s').describe('How often is asked.'),
      scrapeTimeout: z.string().default('10s').describe('How long an answer may take.'),
      relabelings: anyList().describe('Changes of targets.'),
      metricRelabelings: anyList().describe('Changes of metrics.'),
    })
    .prefault({})
    .describe('For the Prometheus operator, whose resources have to be there.'),

  agent: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether there are agents in pods at all.'),
    })
    .prefault({})
    .describe('An agent on each Windows node.'),
  canary: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Run other agents on the nodes with the label.'),
      nodeSelector: texts()
        .refine((label) => Object.keys(label).length <= 1, 'one label')
        .meta({ maxProperties: 1 })
        .describe(
          'One label of nodes, which the other agents then leave alone; `sigel.io/canary: "true"` where none is given.',
        ),
      image: imageValues('').describe('What of the image is different.'),
      config: anyMap().describe('Laid over the configuration of the others.'),
    })
    .prefault({})
    .describe('A new version or configuration on some nodes first.'),

  image: imageValues('IfNotPresent').describe(
    "Sigel's Windows image, where you have pushed it (docs/releasing.md); `repository` is required.",
  ),
  imagePullSecrets: anyList().describe('Secrets of the registry (`- name: …`).'),
  command: z
    .array(z.string())
    .min(1)
    .default([
      '%CONTAINER_SANDBOX_MOUNT_POINT%/app/node.exe',
      '%CONTAINER_SANDBOX_MOUNT_POINT%/app/dist/src/main.js',
    ])
    .describe('How the image starts `sigel`.'),
  extraArgs: z.array(z.string()).default([]).describe('More arguments of `sigel run`.'),
  extraEnvs: anyList().describe('More environment, such as what `${env:…}` in `config` names.'),
  extraEnvsFrom: anyList().describe('Secrets and ConfigMaps with more environment.'),
  extraVolumes: anyList().describe('More volumes.'),
  extraVolumeMounts: anyList().describe('Where they are mounted.'),
  extraContainers: anyList().describe('More containers, which are HostProcess containers too.'),
  initContainers: anyList().describe('Containers that run before, HostProcess too.'),
  extraManifests: anyList().describe('More objects; templates in them are run.'),
  storage: z
    .strictObject({
      path: z
        .string()
        .default('C:\\ProgramData\\Sigel\\storage')
        .describe('A folder of the node. The agent makes it, for administrators alone.'),
    })
    .prefault({})
    .describe('Where agents keep what was not delivered yet, and the last good packs.'),

  serviceAccount: z
    .strictObject({
      create: z.boolean().default(true).describe('Make it.'),
      name: z.string().default('').describe('Its name, if not that of all objects.'),
      annotations: texts().describe('Its annotations, such as those that bind it to a role of the cloud.'),
      automountServiceAccountToken: z
        .boolean()
        .default(false)
        .describe('Whether pods have its token; they do anyway where `kubernetesMetadata` needs it.'),
    })
    .prefault({})
    .describe('The account that agents have in the cluster.'),
  rbac: z
    .strictObject({
      create: z.boolean().default(true).describe('Give rights where they are needed, and else none.'),
      extraRules: anyList().describe('More rules for the ClusterRole of agents.'),
    })
    .prefault({})
    .describe('Rights in the cluster.'),

  runAsUserName: z
    .string()
    .default('NT AUTHORITY\\SYSTEM')
    .describe("The agent's account on the node. Anything less sees no events of the kernel."),
  resources: anyMap({
    requests: { cpu: '100m', memory: '256Mi' },
    limits: { memory: '1Gi' },
  }).describe(
    'Without a limit of CPU on purpose: it would be a rate of the whole job, and an agent that may not run loses events.',
  ),
  priorityClassName: z.string().default('system-node-critical').describe('What else gives way to agents.'),
  nodeSelector: texts().describe('Labels of nodes, beside `kubernetes.io/os: windows`.'),
  tolerations: anyList([{ operator: 'Exists' }]).describe('Taints that agents bear: all.'),
  affinity: anyMap().describe('Affinity of pods.'),
  updateStrategy: anyMap({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } }).describe(
    'How pods are replaced. Two agents cannot run on one node, so there is no `maxSurge`.',
  ),
  minReadySeconds: z
    .int()
    .min(0)
    .default(10)
    .describe('How long a new agent has to be well before the next is replaced.'),
  revisionHistoryLimit: z.int().min(0).default(5).describe('How many old versions can be gone back to.'),
  terminationGracePeriodSeconds: z
    .int()
    .min(5)
    .default(60)
    .describe('How long agents have to deliver what is under way.'),
  lifecycleHooks: anyMap().describe('Instead of the preStop hook, `sigel drain`.'),
  dnsPolicy: z.string().default('').describe("Of no effect in HostProcess containers, which use the node's."),
  podAnnotations: texts().describe('Annotations of pods.'),
  podLabels: texts().describe('Labels of pods.'),
  startupProbe: anyMap({ periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 60 }).describe(
    'How long starting may take.',
  ),
  livenessProbe: anyMap({ periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 3 }).describe(
    'Only an agent that has failed for good is ended.',
  ),
  readinessProbe: anyMap({ periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 }).describe(
    'Ready when all components run.',
  ),

  gateway: gatewayValues.describe('An OpenTelemetry Collector on Linux nodes of the same cluster.'),
});

/** Values as users write them. */
export type ChartValues = z.input<typeof chartValues>;
