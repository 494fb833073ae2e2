/**
 * attribution.ts PROCESSES CONTAINERS COUNT [even|restless]: takes COUNT records of so many processes through `process` and
 * `container_attribution` together, beside so many running containers. Three of four processes are containers', a
 * container's first process has its pid from containerd, and all others of its session are found by that; every
 * tenth container is a HostProcess container. What made the records is not measured, nor are the first ones, with which
 * the code becomes warm. The least that any implementation must do is done to the same batches in the same run (see
 * least.ts). Fails when too few records were given to a container.
 */
import assert from 'node:assert/strict';
import { createNoopMeter } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { containerAttributionConfig } from '../../../processors/container_attribution/config.ts';
import { ContainerAttribution } from '../../../processors/container_attribution/container_attribution.ts';
import { processConfig } from '../../../processors/process/config.ts';
import { processLogs } from '../../../processors/process/process.ts';
import { keepHeapSmall } from '../../../src/heap.ts';
import { ResourceAttr } from '../../../src/model/attributes.ts';
import type { LogBatch } from '../../../src/model/log_record.ts';
import { ACCEPTED } from '../../../src/model/outcome.ts';
import { internResource } from '../../../src/model/resource.ts';
import { Account } from '../../../src/telemetry/ledger.ts';
import { SILENT } from '../../../src/telemetry/logger.ts';
import { FakeContainers } from '../../support/attribution.ts';
import { Least } from './least.ts';
import { type LoadForm, ProcessLoad, USUAL } from './process_load.ts';
import { cpuSince, report } from './traces.ts';

/** Records until the code has been compiled for what it sees: also that for starts and exits, which are few. */
const WARM_UP = 1_000_000;

/** Of loads with a name; that of recorded traces has none. */
const FORMS: Readonly<Record<string, LoadForm>> = {
  '': USUAL,
  even: { ...USUAL, spread: 'even' },
  restless: { ...USUAL, life: 200 },
};

keepHeapSmall();
const [processes, containers, wanted] = process.argv.slice(2, 5).map(Number);
const form = FORMS[process.argv[5] ?? ''];
assert.ok(processes !== undefined && containers !== undefined && wanted !== undefined);
assert.ok(form !== undefined, `a load is ${Object.keys(FORMS).join('|')}`);

const isHostProcess = (container: number) => container % 10 === 9;
// A quarter of the processes is the node's; the others are shared out among the containers.
const containerOf = (slot: number) => (slot % 4 === 0 ? undefined : slot % containers);
const sessionOf = (slot: number) => {
  const container = containerOf(slot);
  return container === undefined || isHostProcess(container) ? 0 : container + 1;
};

const meter = createNoopMeter();
const containerd = new FakeContainers();
let out: LogBatch = [];
const attribution = new ContainerAttribution(
  {
    id: 'container_attribution',
    logger: SILENT,
    account: new Account('container_attribution', 'processor'),
    meter,
    resource: internResource({ 'host.name': 'node-1' }),
  },
  containerAttributionConfig.parse({ max_parked: 100_000 }),
  { consumeLogs: (batch) => ((out = batch), Promise.resolve(ACCEPTED)) },
);
const processor = processLogs(
  { account: new Account('process', 'processor'), meter },
  processConfig.parse({ max_processes: 100_000 }),
  attribution,
);
await attribution.start({ extension: () => containerd, finished: () => {}, fatal: () => {} });

const load = new ProcessLoad(processes, sessionOf, form);
const starts = processor.consumeLogs(load.starts());
const first = firstSlots();
for (let c = 0; c < containers; c++) {
  const isolation = isHostProcess(c) ? 'hostprocess' : 'process';
  containerd.create(`c${c}`, load.time, { isolation });
  const slot = first.get(c);
  if (slot !== undefined) containerd.run(`c${c}`, load.pidOf(slot), load.time);
}
await Promise.all([starts, processor.consumeLogs(load.batch())]);

const least = new Least(Array.from({ length: processes }, (_, slot) => load.pidOf(slot)));
let [cpu, leastCpu] = [0, 0];
let [done, attributed] = [0, 0];
for (let warm = 0; done < wanted; ) {
  const batch = load.batch();
  const began = process.cpuUsage();
  await processor.consumeLogs(batch);
  const ours = cpuSince(began);
  const beganLeast = process.cpuUsage();
  least.take(batch);
  const theirs = cpuSince(beganLeast);
  if ((warm += batch.length) <= WARM_UP) continue;
  cpu += ours;
  leastCpu += theirs;
  done += out.length;
  for (const { resource } of out) if (isContainers(resource)) attributed++;
}
assert.ok(attributed > 0.4 * done, `${attributed} of ${done} records are of a container`);
const times = (cpu / leastCpu).toFixed(1);
report(
  done,
  cpu,
  `the least there can be: ${(done / leastCpu / 1e6).toFixed(1)} M/CPU-s, ${times} times ours`,
);

function firstSlots(): Map<number, number> {
  const found = new Map<number, number>();
  for (let slot = 0; slot < (processes ?? 0); slot++) {
    const container = containerOf(slot);
    if (container !== undefined && !found.has(container)) found.set(container, slot);
  }
  return found;
}

function isContainers({ attributes }: Resource): boolean {
  return attributes[ResourceAttr.containerId.name] !== undefined;
}
