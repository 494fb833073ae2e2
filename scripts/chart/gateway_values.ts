import { z } from 'zod';
import { anyList, anyMap, imageValues, texts } from './parts.ts';

/** What may be set for the gateway that the chart can bring. */
export const gatewayValues = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Whether there is one.'),
    replicas: z.int().min(1).default(2).describe('How many pods.'),
    image: imageValues('IfNotPresent', 'otel/opentelemetry-collector-contrib', '0.159.0').describe(
      'A Collector with `otlp`, `memory_limiter`, `k8s_attributes` and `health_check`.',
    ),
    backend: z
      .strictObject({
        endpoint: z.string().default('').describe('Required: host and port that OTLP is sent on to (gRPC).'),
        insecure: z.boolean().default(false).describe('Without TLS.'),
      })
      .prefault({})
      .describe('Where it sends to.'),
    config: anyMap().describe(
      'Laid over its configuration (files/gateway.yaml), as the Collector merges files.',
    ),
    tls: z
      .strictObject({
        secret: z
          .string()
          .default('')
          .describe('A Secret of type `kubernetes.io/tls`; without it agents have to be `otlp.insecure`.'),
        clientCa: z
          .boolean()
          .default(false)
          .describe('Whether agents have to show a certificate of the authority in `ca.crt` of that Secret.'),
      })
      .prefault({})
      .describe('TLS towards agents.'),
    service: z
      .strictObject({
        type: z
          .enum(['LoadBalancer', 'NodePort', 'ClusterIP'])
          .default('LoadBalancer')
          .describe('Windows nodes themselves reach no ClusterIP, and no NodePort of their own.'),
        port: z.int().min(1).max(65535).default(4317).describe('The port of OTLP.'),
        annotations: texts().describe('Its annotations, over those of `preset`.'),
        loadBalancerSourceRanges: z.array(z.string()).default([]).describe('Who may connect, as CIDRs.'),
      })
      .prefault({})
      .describe('How agents reach it.'),
    resources: anyMap({
      requests: { cpu: '200m', memory: '512Mi' },
      limits: { memory: '1Gi' },
    }).describe('What it may take.'),
    podDisruptionBudget: z.boolean().default(true).describe('Keep one running, where there are several.'),
    serviceAccountAnnotations: texts().describe('Annotations of its account.'),
    extraEnvs: anyList().describe('More environment.'),
    extraEnvsFrom: anyList().describe('Secrets and ConfigMaps with more environment.'),
    nodeSelector: texts().describe('Labels of nodes, beside `kubernetes.io/os: linux`.'),
    tolerations: anyList().describe('Taints that it bears.'),
    affinity: anyMap().describe('Affinity of its pods.'),
    priorityClassName: z.string().default('').describe('What gives way to it.'),
    podAnnotations: texts().describe('Annotations of its pods.'),
    podLabels: texts().describe('Labels of its pods.'),
  })
  .prefault({});
