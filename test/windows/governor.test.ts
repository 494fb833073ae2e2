import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../interop/peers/process.ts';
import { readBack } from '../scenario/read_back.ts';
import { scenario } from '../scenario/scenario.ts';
import { recordsOf } from './live_bench.ts';
import { windowsBench } from './peers/bench.ts';
import { NODE_22 } from './peers/node.ts';
import { windowsPath } from './peers/wine.ts';
import { standinBench } from './standin_bench.ts';

const standin = await standinBench();
const windows = await windowsBench(NODE_22);
const skip =
  'kind' in standin ? standin.reason : windows.kind === 'missing' ? windows.reason : (false as const);
after(() => {
  if (windows.kind === 'ready') windows.bench.dispose();
});

const [LIFECYCLE, EVENTS] = ['sigel-lifecycle', 'sigel-events'];
const FILE = 'edd08927-9cc4-4e65-b970-c2560fb5c289';
const REGISTRY = '70eb4f03-c1de-4f73-a051-33d13d5413bd';

const STARTS = 50;
/** Events a second, and for how long at least: two steps take 20 seconds. */
const RATE = 2000;
const SECONDS = 26;

/** Mostly what may be shed, and processes that start. */
function story(): Uint8Array {
  const s = scenario({ kernel: 'none', session: { bufferSize: 16_384 } });
  const web = s.process({ commandLine: 'w3wp.exe' });
  for (let i = 0; i < STARTS; i++) {
    const shell = web.starts(`cmd.exe /c ${i}`);
    for (let n = 0; n < 10; n++)
      shell.writesFile(`C:\\Windows\\Temp\\${i}-${n}.txt`).setsRegistryValue('HKLM\\SOFTWARE\\X', 'v', n);
    shell.exits(0);
  }
  return s.trace();
}

interface Ledger {
  readonly balanced: boolean;
  readonly accounts: readonly {
    readonly id: string;
    readonly read: number;
    readonly made: number;
    readonly lost: Readonly<Record<string, number>>;
    readonly shed?: Readonly<Record<string, number>>;
  }[];
}

test('a CPU limit that is too small: events are shed in their order, and no start of a process', {
  skip,
}, async (t) => {
  assert.ok(!('kind' in standin) && windows.kind === 'ready');
  const machine = standin.machine(t).standin;
  const trace = story();
  machine.play(trace);
  const loop = Math.ceil((RATE * SECONDS) / readBack(trace).events.length);
  machine.control({ obeys: 1, rate: RATE, loop, kernel_buffers: 1000 });
  const [output, ledgerFile, config] = ['records.jsonl', 'ledger.json', 'config.yaml'].map((name) =>
    join(machine.folder, name),
  ) as [string, string, string];
  writeFileSync(config, configuration(windowsPath(output)));
  writeFileSync(output, '');
  const args = ['--config', windowsPath(config), '--ledger', windowsPath(ledgerFile)];
  const run = windows.bench.startSigel(args, { env: machine.env });
  t.after(() => run.kill());
  const isThrough = (name: string) => {
    const session = machine.session(name);
    return session !== undefined && session.total > 0 && session.position === session.total;
  };
  await until('all of it was played', () => isThrough(LIFECYCLE) && isThrough(EVENTS), 120_000);
  await until('two steps were taken', () => (run.stderr().match(/the CPU is short/g) ?? []).length >= 2);
  const { code, stderr } = await run.stop();
  assert.equal(code, 0, stderr);

  // Off were: nothing at first, then files and the registry, by EnableTraceEx2 with EVENT_CONTROL_CODE_DISABLE_PROVIDER.
  const off = machine.calls('EnableTraceEx2').filter((call) => / code=0 /.test(call));
  for (const guid of [FILE, REGISTRY])
    assert.ok(
      off.some((call) => call.includes(guid)),
      guid,
    );
  const records = recordsOf(readFileSync(output, 'utf8'));
  const count = (name: string) => records.filter(({ eventName }) => eventName === name).length;
  const steps = count('sigel.agent.events_shed');
  assert.ok(steps >= 2);
  assert.equal(count('process.start'), loop * STARTS);
  assert.ok(count('registry.value.set') > 0);
  assert.ok(count('registry.value.set') < loop * STARTS * 10, 'some were shed');

  const ledger = JSON.parse(readFileSync(ledgerFile, 'utf8')) as Ledger;
  assert.ok(ledger.balanced);
  const receiver = ledger.accounts.find(({ id }) => id === 'receiver etw');
  assert.deepEqual(receiver?.lost, {});
  const sessions = [LIFECYCLE, EVENTS].map((name) => machine.session(name));
  const delivered = sessions.reduce((sum, session) => sum + (session?.eventsDelivered ?? 0), 0);
  assert.equal(receiver?.read, delivered);
  assert.equal(receiver?.made, steps);
  assert.ok((receiver?.shed?.['verbose'] ?? 0) > (receiver?.shed?.['files_registry'] ?? 0));
  assert.ok((receiver?.shed?.['files_registry'] ?? 0) > 0);
});

function configuration(output: string): string {
  return `receivers:
  etw:
    clock_correction: false
    accounts: false
    schemas: { ask_windows: false }
    ring_size: 64MiB
    max_block: 60s
    sessions:
      - name: ${LIFECYCLE}
        shed: last
        flush_interval: 100ms
        providers:
          - { provider: Microsoft-Windows-Kernel-Process, keywords_any: [PROCESS, IMAGE] }
      - name: ${EVENTS}
        shed: first
        flush_interval: 100ms
        providers:
          - { provider: Microsoft-Windows-Kernel-File }
          - { provider: Microsoft-Windows-Kernel-Registry }
exporters:
  file: { path: '${output}' }
service:
  cpu_limit: 0.001
  pipelines:
    logs: { receivers: [etw], exporters: [file] }
`;
}
