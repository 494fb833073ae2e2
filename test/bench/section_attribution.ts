import { findContainerd } from '../interop/peers/containerd.ts';
import { rate, runCase, type Sample } from './measure.ts';
import type { Bench } from './run.ts';

/** A container is found by looking at the process, not at containers. */
const GOAL = { atLeast: 1_000_000 };
const PROCESSES = [10, 1000, 10_000];
const CONTAINERS = [1, 100, 500];
const RECORDS = 1_000_000;
/** Where no containerd is: 3 ms for each container asked for, as measured of 1.6 on Linux (containers.Get). */
const KNOWN: Sample = { units: 1, cpuSeconds: 0.003, note: 'not measured now: 3 ms, as once measured' };

/** `process` and `container_attribution` together; beside it, asking containerd for all containers on every event. */
export async function attributionSection({ table }: Bench): Promise<void> {
  table.heading('From record to container (processors process and container_attribution together): records');
  const sizes = PROCESSES.flatMap((processes) => CONTAINERS.map((containers) => ({ processes, containers })));
  const measured = await table.rows([
    ...sizes.map(({ processes, containers }) => ({
      name: `${processes} processes, ${containers} containers`,
      sample: () => runCase('attribution', [processes, containers, RECORDS].map(String)),
      goal: GOAL,
    })),
    {
      name: '10000 processes that write as much each, 500 containers',
      sample: () => runCase('attribution', ['10000', '500', String(RECORDS), 'even']),
    },
    {
      name: '10000 processes, 500 containers, one record in a hundred a start or an exit',
      sample: () => runCase('attribution', ['10000', '500', String(RECORDS), 'restless']),
    },
  ]);
  table.heading(
    'The same by asking containerd for all containers on every event (Eolh’s way): its CPU time alone',
  );
  const peer = await findContainerd();
  const asked =
    peer.kind === 'missing'
      ? KNOWN
      : await table.row('one container asked for', () => runCase('list_per_event', ['50']), undefined, 1);
  for (const containers of CONTAINERS) {
    const ours = measured[sizes.findIndex((s) => s.processes === 1000 && s.containers === containers)];
    if (asked === undefined || ours === undefined) continue;
    const theirs = { ...asked, units: asked.units / containers };
    const ratio = Math.round(rate(ours) / rate(theirs)).toLocaleString('en');
    const note = `1000 processes: 1 / ${ratio} of ours${asked === KNOWN ? `; ${KNOWN.note}` : ''}`;
    await table.row(
      `${containers} containers, scaled`,
      () => Promise.resolve({ ...theirs, note }),
      undefined,
      1,
    );
  }
}
