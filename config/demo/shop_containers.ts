/** What containerd and Windows said on the demo's node while its trace was recorded: the shop's two pods. */

const NAMESPACE = 'k8s.io';

/** When the committed story begins. */
export const STORY_START = '2026-03-02T09:15:00Z';

interface Pod {
  readonly name: string;
  readonly app: string;
  readonly uid: string;
  readonly id: string;
  readonly sandbox: string;
  readonly image: string;
  readonly tag: string;
  readonly job: { readonly silo_id: string; readonly job_id: number; readonly session: number };
}

const WEB: Pod = {
  name: 'shop-web-6d5f8b7c9d-x2x7p',
  app: 'shop-web',
  uid: '3f6d1c52-0b1e-4d5c-9a57-5a4f0e2b7c11',
  id: 'b7c0f1d2e3a4958677869504a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4',
  sandbox: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f809',
  image: 'registry.example/shop/web',
  tag: '4.2.1',
  job: { silo_id: '9c3f5a1e-6b7d-4c80-8f42-1d2e3b4a5c6d', job_id: 1251, session: 3 },
};
const API: Pod = {
  name: 'shop-api-7c9d54b8f6-q8m4z',
  app: 'shop-api',
  uid: '8c0b7e94-2d35-4f0a-b8a1-6e7d9c3f2a45',
  id: 'c8d1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f',
  sandbox: '2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a',
  image: 'registry.example/shop/api',
  tag: '2.0.3',
  job: { silo_id: 'e1a4d7b2-05c9-4f38-b6a3-7788c9d0e1f2', job_id: 1268, session: 4 },
};

const HOUR = 3_600_000;
/** How long before the story the node booted, and the web pod came: milliseconds. */
const BOOTED_BEFORE = 27.25 * HOUR;
const WEB_BEFORE = 1.75 * HOUR - 11_000;

/**
 * The lines of shop_attack.containers.ndjson, of a story that begins then (RFC 3339); docs/containers-journal.md says what
 * they mean.
 */
export function shopContainers(start: string = STORY_START): string {
  const at = (milliseconds: number) => new Date(Date.parse(start) + milliseconds).toISOString();
  const began = at(50);
  const lines = [
    {
      kind: 'journal',
      version: 1,
      told: began,
      host: 'node-1',
      boot: whole(at(-BOOTED_BEFORE)),
      sigel: '0.1.0',
    },
    ...tells(WEB, at(60), whole(at(-WEB_BEFORE)), 'initial'),
    {
      kind: 'synced',
      told: at(80),
      endpoint: '\\\\.\\pipe\\containerd-containerd',
      version: 'v1.7.35',
    },
    ...tells(API, at(900), at(900), 'event'),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** A time without its milliseconds. */
function whole(time: string): string {
  return time.replace('.000Z', 'Z');
}

function tells(pod: Pod, told: string, created: string, origin: 'initial' | 'event'): object[] {
  const labels = { app: pod.app, 'pod-template-hash': pod.name.split('-').at(-2) ?? '' };
  const of = (id: string) => ({ told, origin, namespace: NAMESPACE, id });
  const kubernetes = { namespace: 'shop', pod_name: pod.name, pod_uid: pod.uid };
  const common = {
    runtime: 'io.containerd.runhcs.v1',
    created_at: created,
    isolation: 'process',
    complete: true,
  };
  const sandbox = {
    ...common,
    type: 'sandbox',
    labels: {},
    sandbox_id: pod.sandbox,
    kubernetes,
    pod_labels: labels,
  };
  const container = {
    ...common,
    type: 'container',
    labels: {},
    image: { name: pod.image, tags: [pod.tag], repo_digests: [] },
    sandbox_id: pod.sandbox,
    kubernetes: { ...kubernetes, container_name: pod.app, restart_count: 0 },
    pod_labels: {},
  };
  return [
    { kind: 'container', ...of(pod.sandbox), at: created, details: sandbox },
    { kind: 'container', ...of(pod.id), at: created, details: container },
    { kind: 'job', ...of(pod.id), job: { ...pod.job, pids: [] } },
  ];
}
