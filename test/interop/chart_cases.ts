import type { ChartValues } from '../../scripts/chart/values.ts';

/** What everybody has to say. */
export const LEAST: ChartValues = {
  clusterName: 'shop-eu',
  image: { repository: 'registry.example.com/sigel' },
  otlp: { endpoint: 'gateway.example.com:4317' },
};

const OWN_RULE = `title: A shell of our own
id: 4f8b8c1e-6a0f-4c3b-9a55-0d5f6c0f1a11
logsource: { category: process_creation, product: windows }
detection:
  selection: { Image|endswith: '\\own.exe', User|expand: '%admins%' }
  condition: selection
level: high
`;
const KEY = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
`;

/** Agents that read the demo's trace instead of live sessions, and live on, with a rule and a list of the user's. */
export function replaying(folder: string, health: number, metrics: number): ChartValues {
  const rule = OWN_RULE.replace(/selection: .*/, "selection: { Image|endswith|expand: '%shells%' }");
  return {
    ...LEAST,
    storage: { path: `${folder}/storage` },
    healthCheck: { port: health },
    metrics: { enabled: true, port: metrics },
    rules: { files: { 'own.yml': rule } },
    lists: { values: { shells: ['\\cmd.exe', '\\powershell.exe'] } },
    config: {
      extensions: { control: { endpoint: `${folder}/control.sock` } },
      receivers: { etl: { include: ['config/demo/shop_attack.etl.gz'] } },
      exporters: {
        file: { path: `${folder}/logs.ndjson` },
        'file/traces': { path: `${folder}/traces.ndjson` },
      },
      service: {
        extensions: ['file_storage', 'health_check', 'control'],
        pipelines: {
          // file_facts reads files of the node itself.
          logs: {
            receivers: ['etl', 'agent'],
            processors: ['process', 'signature'],
            exporters: ['file', 'process_trace'],
          },
          traces: { exporters: ['file/traces'] },
        },
      },
    },
  };
}

/** Values as users combine them, and how many objects of which kind come of them. */
export const CASES: readonly (readonly [
  what: string,
  values: ChartValues,
  kinds: Readonly<Record<string, number>>,
])[] = [
  ['what has to be there', LEAST, { ConfigMap: 4, DaemonSet: 1, ServiceAccount: 1 }],
  [
    'AKS, with a gateway that has certificates',
    {
      ...LEAST,
      preset: 'aks',
      otlp: { endpoint: '10.0.0.9:4317', caSecret: 'gateway-ca', clientSecret: 'agent' },
      gateway: {
        enabled: true,
        backend: { endpoint: 'tempo.example.com:4317' },
        tls: { secret: 'gateway', clientCa: true },
        service: { loadBalancerSourceRanges: ['10.0.0.0/8'], annotations: { 'example.com/owner': 'soc' } },
        config: {
          processors: {
            k8s_attributes: { extract: { labels: [{ tag_name: 'team', key: 'team', from: 'pod' }] } },
          },
        },
      },
    },
    {
      ClusterRole: 1,
      ClusterRoleBinding: 1,
      ConfigMap: 5,
      DaemonSet: 1,
      Deployment: 1,
      PodDisruptionBudget: 1,
      Service: 1,
      ServiceAccount: 2,
    },
  ],
  [
    'EKS, with metadata, metrics and a canary',
    {
      ...LEAST,
      preset: 'eks',
      kubernetesMetadata: true,
      podMonitor: {
        enabled: true,
        labels: { release: 'prometheus' },
        metricRelabelings: [{ action: 'drop', sourceLabels: ['rule'], regex: 'x' }],
      },
      canary: {
        enabled: true,
        image: { tag: '0.2.0' },
        config: { processors: { signature: { min_level: 'informational' } } },
      },
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'pool', operator: 'In', values: ['web'] }] }],
          },
        },
      },
    },
    { ClusterRole: 1, ClusterRoleBinding: 1, ConfigMap: 4, DaemonSet: 2, PodMonitor: 1, ServiceAccount: 1 },
  ],
  [
    'GKE: the gateway alone',
    {
      preset: 'gke',
      agent: { enabled: false },
      gateway: {
        enabled: true,
        replicas: 1,
        backend: { endpoint: 'tempo.example.com:4317', insecure: true },
      },
    },
    { ClusterRole: 1, ClusterRoleBinding: 1, ConfigMap: 1, Deployment: 1, Service: 1, ServiceAccount: 1 },
  ],
  [
    'rules, lists, exceptions, packs and code',
    {
      ...LEAST,
      rules: { files: { 'own.yml': OWN_RULE }, configMaps: ['team-rules'] },
      lists: {
        values: { admins: ['anna', 'ben'] },
        configMaps: [{ name: 'team-lists', keys: ['tor_exit_nodes'] }],
      },
      exceptions: [{ rules: ['own'], owner: 'storage team', expires: '2099-01-01' }],
      packs: [
        { name: 'windows', url: 'https://rules.example.org/windows.tar.gz', publicKey: KEY, mode: 'shadow' },
        {
          name: 'oci',
          url: 'oci://registry.example.org/rules/windows:1',
          publicKey: KEY,
          password: '${env:PASSWORD:-given}',
          username: 'rules',
        },
      ],
      signatures: { enabled: true, configMaps: ['team-signatures'] },
      extraEnvsFrom: [{ secretRef: { name: 'registry' } }],
    },
    { ConfigMap: 4, DaemonSet: 1, ServiceAccount: 1 },
  ],
  [
    'what else can be set',
    {
      ...LEAST,
      nameOverride: 'watcher',
      fullnameOverride: 'watcher',
      namespaceOverride: 'watch',
      commonLabels: { 'example.com/cost': 'soc' },
      deploymentEnvironment: 'staging',
      otlp: { endpoint: 'gateway:4317', insecure: true },
      config: {
        receivers: {
          etw: { preset: 'security' },
          windows_event_log: { services: ['security'], storage: 'file_storage' },
        },
        service: { pipelines: { logs: { receivers: ['etw', 'containerd', 'windows_event_log'] } } },
      },
      image: {
        repository: 'registry.example.com/sigel',
        digest: `sha256:${'0'.repeat(64)}`,
        pullPolicy: 'Always',
      },
      imagePullSecrets: [{ name: 'registry' }],
      enableConfigChecksumAnnotation: false,
      extraArgs: ['--set', 'service::drain_timeout=20s'],
      extraEnvs: [{ name: 'NODE_EXTRA_CA_CERTS', value: 'C:\\certificates\\ca.pem' }],
      extraVolumes: [{ name: 'certificates', hostPath: { path: 'C:\\certificates' } }],
      extraVolumeMounts: [{ name: 'certificates', mountPath: '/certificates' }],
      extraContainers: [{ name: 'beside', image: 'registry.example.com/beside:1' }],
      initContainers: [{ name: 'before', image: 'registry.example.com/before:1' }],
      extraManifests: [
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: '{{ .Release.Name }}-more', namespace: 'watch' },
        },
      ],
      serviceAccount: { create: false, name: 'given', automountServiceAccountToken: true },
      rbac: { extraRules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }] },
      healthCheck: { port: 23134 },
      metrics: { enabled: true, port: 23136 },
      priorityClassName: '',
      nodeSelector: { 'kubernetes.io/arch': 'amd64' },
      dnsPolicy: 'Default',
      podAnnotations: { 'example.com/note': '1' },
      podLabels: { team: 'soc' },
      terminationGracePeriodSeconds: 30,
    },
    { ClusterRole: 1, ClusterRoleBinding: 1, ConfigMap: 5, DaemonSet: 1 },
  ],
  [
    'a configuration of one’s own',
    {
      ...LEAST,
      otlp: {},
      alternateConfig: {
        extensions: { control: null, health_check: { endpoint: '${env:POD_IP}:13134' } },
        receivers: { etw: { preset: 'security' } },
        exporters: { debug: null },
        service: {
          extensions: ['control', 'health_check'],
          pipelines: { logs: { receivers: ['etw'], exporters: ['debug'] } },
        },
      },
    },
    { ConfigMap: 4, DaemonSet: 1, ServiceAccount: 1 },
  ],
  [
    'a ConfigMap of one’s own',
    { ...LEAST, otlp: {}, existingConfigMap: 'own', resources: { limits: { memory: '2Gi', cpu: '2' } } },
    { ConfigMap: 3, DaemonSet: 1, ServiceAccount: 1 },
  ],
];

/** Values that lead nowhere, and what is said. */
export const REFUSED: readonly (readonly [what: string, values: object, said: RegExp])[] = [
  ['no values', {}, /clusterName: set it to the name of this cluster/],
  ['no image', { clusterName: 'a' }, /image\.repository: set it to where you pushed/],
  ['no peer', { ...LEAST, otlp: {} }, /otlp\.endpoint: set it to host and port/],
  [
    'agents in pods on GKE',
    { ...LEAST, preset: 'gke' },
    /agent\.enabled=false, and install the agent on nodes/,
  ],
  ['another cloud', { ...LEAST, preset: 'oci' }, /preset.*must be one of/s],
  [
    'a value that is none',
    { ...LEAST, clusterNames: 'a' },
    /additional properties 'clusterNames' not allowed/,
  ],
  ['code that nobody allowed', { ...LEAST, signatures: { configMaps: ['a'] } }, /signatures\.enabled=true/],
  ['two configurations', { ...LEAST, existingConfigMap: 'own', config: { a: 1 } }, /leave out config/],
  ['a gateway without a backend', { ...LEAST, gateway: { enabled: true } }, /gateway\.backend\.endpoint/],
  [
    'clients’ certificates without the gateway’s',
    { ...LEAST, gateway: { enabled: true, backend: { endpoint: 'a:1' }, tls: { clientCa: true } } },
    /gateway\.tls\.secret/,
  ],
  [
    'metadata without an account',
    { ...LEAST, kubernetesMetadata: true, serviceAccount: { create: false } },
    /serviceAccount\.create=true/,
  ],
  [
    'a second label for the canary',
    { ...LEAST, canary: { nodeSelector: { pool: 'canary', zone: 'a' } } },
    /canary.*nodeSelector.*maxProperties/s,
  ],
  ['a rule that is no rule’s file', { ...LEAST, rules: { files: { 'own.json': '' } } }, /own\.json/],
];
