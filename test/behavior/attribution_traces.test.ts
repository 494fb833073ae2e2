import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import type { Isolation } from '../../src/containerd/facts.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { Container } from '../scenario/container.ts';
import { eventTable } from '../scenario/event_tables.ts';
import { EXT } from '../scenario/extended_items.ts';
import type { Process } from '../scenario/process.ts';
import { type Scenario, type ScenarioOptions, scenario } from '../scenario/scenario.ts';
import { fileTime } from '../scenario/time.ts';
import { Attributing, fakeClock, shown } from '../support/attribution.ts';
import { at } from '../support/process_records.ts';
import { correlated } from './correlated.ts';

// What a trace may lack or have otherwise, from its bytes to the container. In, the story that a trace was written of,
// beside what containerd tells; out, who the records of each process were found to be of. Numbers are those of the
// failure cases in processors/container_attribution/failure_cases.test.ts.

/** One processor, so that what is lost is what was written last. */
const DEFAULTS: ScenarioOptions = { kernel: 'none', cpus: 1 };

class Story {
  readonly trace: Scenario;
  readonly compute: Process;
  readonly shim: Process;
  readonly #told: ((containerd: Attributing['containerd']) => void)[] = [];

  constructor(options: ScenarioOptions) {
    this.trace = scenario({ ...DEFAULTS, ...options });
    this.compute = this.trace.process('vmcompute.exe');
    this.shim = this.trace.process('containerd-shim-runhcs-v1.exe');
  }
  /** containerd tells, a moment behind the start of its first process, of a container. */
  tells(id: string, init: Process, isolation: Isolation = 'process'): void {
    this.trace.after('5ms');
    const now = Number((this.trace.recorder.now - fileTime(new Date(at(0)[0] * 1000).toISOString())) / 10n);
    this.trace.after('5ms');
    this.#told.push((containerd) => {
      containerd.create(id, now, { isolation });
      containerd.run(id, init.pid, now);
    });
  }
  /** A silo with its first two processes, of which containerd tells. */
  web(silo: Container = this.trace.container()): { readonly smss: Process; readonly init: Process } {
    const smss = this.compute.starts({ commandLine: 'smss.exe', in: silo });
    const init = smss.starts('web.exe');
    this.tells('web', init);
    return { smss, init };
  }
  /** What was written last is lost. */
  loses(): void {
    this.trace.losesBuffer(0);
  }
  /** How the records of each process were found, by its name. */
  async shown(): Promise<Record<string, string>> {
    const world = new Attributing();
    await world.start();
    for (const tell of this.#told) tell(world.containerd);
    const taken = world.take(...correlated(this.trace.trace()).records);
    await world.shutdown();
    await taken;
    assert.deepEqual([world.account.queued, world.account.imbalance()], [0, 0]);
    const found = new Map<string, Set<string>>();
    for (const record of world.out) {
      if (record.get(Attr.processPid) === this.trace.controller.pid) continue;
      const name = record.get(Attr.processExecutableName) ?? 'unnamed';
      found.set(name, (found.get(name) ?? new Set()).add(shown(record)));
    }
    return Object.fromEntries([...found].map(([name, how]) => [name, [...how].join(', ')]));
  }
}

interface Case {
  readonly title: string;
  readonly options?: ScenarioOptions;
  readonly story: (story: Story) => void;
  /** Without those of NODE. */
  readonly shown: Readonly<Record<string, string>>;
}

const NODE = new Set(['vmcompute.exe', 'containerd-shim-runhcs-v1.exe']);
/** An image that is loaded. */
const IMAGE = {
  ImageBase: 0n,
  ImageSize: 4096,
  ImageCheckSum: 0,
  TimeDateStamp: 0,
  DefaultBase: 0n,
  ImageName: '\\Device\\HarddiskVolume3\\x.dll',
};
const SILO = '9c3f5a1e-6b7d-4c80-8f42-1d2e3b4a5c6d';

const cases: readonly Case[] = [
  {
    title: '13: the start of the first process is lost: what it starts is of a silo that nobody knows',
    story: (s) => {
      const silo = s.trace.container();
      s.trace.flushes();
      const init = s.compute.starts({ commandLine: 'web.exe', in: silo });
      s.loses();
      s.tells('web', init);
      init.starts('cmd.exe');
      s.compute.writesFile('C:\\x');
    },
    shown: { 'cmd.exe': 'unresolved' },
  },
  {
    title: '13: the same, and a rundown tells of it later',
    story: (s) => {
      const silo = s.trace.container();
      s.trace.flushes();
      const init = s.compute.starts({ commandLine: 'web.exe', in: silo });
      s.loses();
      s.tells('web', init);
      init.starts('cmd.exe');
      init.rundown(s.trace.controller);
    },
    shown: { 'web.exe': 'web by pid', 'cmd.exe': 'web by session' },
  },
  {
    title: '13: the exit is lost, and the pid is the node’s next',
    story: (s) => {
      const { init } = s.web();
      s.trace.flushes();
      init.exits(0);
      s.loses();
      s.compute.starts({ commandLine: 'next.exe', pid: init.pid }).writesFile('C:\\x');
    },
    shown: { 'smss.exe': 'web by session', 'web.exe': 'web by pid', 'next.exe': 'host' },
  },
  {
    title: '14: Server 2019, whose starts have no sequence numbers: a silo',
    options: { build: 'server2019' },
    story: (s) => {
      const { smss, init } = s.web();
      init.starts('cmd.exe').exits(0);
      smss.starts('svchost.exe').writesFile('C:\\x');
    },
    shown: {
      'smss.exe': 'web by session',
      'web.exe': 'web by pid',
      'cmd.exe': 'web by parent',
      'svchost.exe': 'web by session',
    },
  },
  {
    title:
      '14: Server 2019: a HostProcess container, whose first process has the pid that a parent had before',
    options: { build: 'server2019' },
    story: (s) => {
      const parent = s.compute.starts('parent.exe');
      const child = parent.starts('child.exe');
      parent.exits(0);
      const job = s.trace.container({ isolation: 'host' });
      const init = s.shim.starts({ commandLine: 'agent.exe', in: job, pid: parent.pid });
      s.tells('agent', init, 'hostprocess');
      init.starts('helper.exe');
      child.starts('grandchild.exe').writesFile('C:\\x');
    },
    shown: {
      'parent.exe': 'host',
      'child.exe': 'host',
      'grandchild.exe': 'host',
      'agent.exe': 'agent by pid',
      'helper.exe': 'agent by parent',
    },
  },
  ...(['ascii36', 'ascii38', 'binary'] as const).map(
    (form): Case => ({
      title: `16: the container id of a silo as ${form}: one whose start was lost is found by it`,
      story: (s) => {
        const silo = s.trace.container({ silo: SILO, containerIdItems: form });
        const lost = s.trace.process({ commandLine: 'lost.exe', in: silo, rundown: false });
        s.web(silo).init.writesFile('C:\\x');
        lost.writesFile('C:\\x');
      },
      shown: {
        'smss.exe': 'web by session',
        'web.exe': 'web by container_id',
        unnamed: 'web by container_id',
      },
    }),
  ),
  ...(['not-a-guid', 'x'.repeat(36), `{${'g'.repeat(36)}}`, ''] as const).map(
    (text): Case => ({
      title: `16: garbage for a container id ("${text.slice(0, 12)}") is none`,
      story: (s) => {
        const { init } = s.web();
        const items = [{ type: EXT.containerId, data: Buffer.from(text) }];
        const { recorder } = s.trace;
        for (const { pid, tid } of [init, { pid: 70_000, tid: 4 }])
          recorder.manifest(
            eventTable('process', 5, 0),
            { pid, tid, cpu: 0, items },
            {
              ...IMAGE,
              ProcessID: pid,
            },
          );
      },
      shown: {
        'smss.exe': 'web by session',
        'web.exe': 'web by pid',
        unnamed: 'host',
      },
    }),
  ),
];

for (const { title, options = {}, story, shown: expected } of cases) {
  test(`attribution: ${title}`, async (t) => {
    fakeClock(t);
    const s = new Story(options);
    story(s);
    const all = Object.entries(await s.shown());
    assert.deepEqual(Object.fromEntries(all.filter(([name]) => !NODE.has(name))), expected);
    for (const [name, how] of all) if (NODE.has(name)) assert.equal(how, 'host', name);
  });
}
