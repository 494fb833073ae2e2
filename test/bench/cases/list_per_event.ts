/**
 * list_per_event.ts EVENTS: what it costs containerd to be asked on every event for all containers and the verbose
 * status of each, as Eolh asks. Against a real containerd with some containers; the client's own time is not counted.
 * Reports container look-ups (a status and its share of the list) per CPU-second of containerd.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { findContainerd, RealContainerd } from '../../interop/peers/containerd.ts';
import { RuntimeService } from '../../interop/peers/cri/generated/cri_pb.ts';
import { report } from './traces.ts';

const CONTAINERS = 10;
/** USER_HZ, in which the kernel counts CPU time for all programs. */
const TICKS = 100;

const events = Number(process.argv[2] ?? 50);
const peer = await findContainerd();
if (peer.kind === 'missing') throw new Error(peer.reason);
const containerd = await RealContainerd.start(['k8s.io']);
try {
  const pod = await containerd.pod('bench-1', 'uid-1');
  for (let i = 0; i < CONTAINERS; i++) await containerd.container(pod, `c${i}`, 0);
  await askAll();
  const began = cpuOf(containerd.pid);
  let asked = 0;
  for (let i = 0; i < events; i++) asked += await askAll();
  report(asked, cpuOf(containerd.pid) - began, `${CONTAINERS} containers`);
} finally {
  await containerd.dispose();
}

async function askAll(): Promise<number> {
  const { containers } = await containerd.cri(RuntimeService.method.listContainers, {});
  for (const { id } of containers)
    await containerd.cri(RuntimeService.method.containerStatus, { containerId: id, verbose: true });
  return containers.length;
}

/** CPU seconds of a process: utime and stime, fields 14 and 15 of /proc/PID/stat; the name before may hold spaces. */
function cpuOf(pid: number | undefined): number {
  assert.ok(pid !== undefined);
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
