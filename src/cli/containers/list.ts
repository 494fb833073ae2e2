import type { Container } from '../../containerd/facts.ts';
import { SILENT } from '../../telemetry/logger.ts';
import { type Io, writeOut } from '../command.ts';
import type { ContainersOptions } from './options.ts';
import { containersTable, plainContainer } from './table.ts';
import { watcherOf, whyLost } from './watch.ts';

/** Writes the containers of this node to stdout; whether containerd could be asked. */
export async function listContainers(options: ContainersOptions, json: boolean, io: Io): Promise<boolean> {
  const watcher = watcherOf(options, SILENT);
  await watcher.start();
  const lost = whyLost(watcher);
  const containers = [...watcher.containers.all()].sort(byPlace);
  await watcher.stop();
  if (lost !== undefined) {
    io.stderr.write(`sigel containers: containerd cannot be reached: ${lost}\n`);
    return false;
  }
  await writeOut(
    io.stdout,
    json
      ? containers.map((container) => `${JSON.stringify(plainContainer(container))}\n`).join('')
      : containersTable(containers),
  );
  return true;
}

/** By namespace and pod, its sandbox first. */
function byPlace(a: Container, b: Container): number {
  const [first, second] = [placeOf(a), placeOf(b)];
  return first < second ? -1 : 1;
}

function placeOf({ namespace, id, details: { kind, kubernetes } }: Container): string {
  const { namespace: of = '', podName = '' } = kubernetes ?? {};
  return [namespace, of, podName, kind === 'sandbox' ? '' : id].join('\u0000');
}
