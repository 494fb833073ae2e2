import { setTimeout as sleep } from 'node:timers/promises';
import { unregisterEventSource } from '../../windows/native/event_reporter.ts';
import { Libraries } from '../../windows/native/libraries.ts';
import { ServiceManager } from '../../windows/native/service_manager.ts';
import type { ServiceStatus } from '../../windows/service/service_status.ts';
import { ExitCode, type Io, writeOut } from '../command.ts';
import type { ServiceOrder } from '../service.ts';
import { installService } from './install.ts';
import { type Outcome, outcome } from './outcome.ts';

/** How often it is looked whether a start or a stop is through, and how long at most; milliseconds. */
const LOOK_EVERY = 250;
const PATIENCE = 180_000;

/** `sigel service`, but `run`. */
export async function manageService(order: ServiceOrder, io: Io): Promise<number> {
  const { isDone, says } = await act(order, io, new ServiceManager(new Libraries()));
  if (isDone) await writeOut(io.stdout, `${says}\n`);
  else io.stderr.write(`sigel service: ${says}\n`);
  return isDone ? ExitCode.done : ExitCode.failed;
}

async function act(order: ServiceOrder, io: Io, manager: ServiceManager): Promise<Outcome> {
  const { name } = order;
  switch (order.action) {
    case 'install':
      return installService(order, io, manager);
    case 'start':
      return start(manager, name);
    case 'stop':
      return stop(manager, name);
    case 'reload':
      return outcome(manager.control(name, 'paramChange'), `${name} reads its configuration`);
    case 'uninstall':
      return uninstall(manager, name);
    default:
      return status(manager, name);
  }
}

async function start(manager: ServiceManager, name: string): Promise<Outcome> {
  const asked = manager.start(name);
  if (asked.kind === 'failed') return outcome(asked, '');
  const { state, exitCode } = await settled(manager, name, 'starting');
  if (state === 'running') return { isDone: true, says: `${name} runs` };
  return { isDone: false, says: `${name} did not start (${state}, exit code ${exitCode}): see its log` };
}

async function stop(manager: ServiceManager, name: string): Promise<Outcome> {
  const asked = manager.control(name, 'stop');
  if (asked.kind === 'failed') return outcome(asked, '');
  const { state, exitCode } = await settled(manager, name, 'stopping');
  if (state !== 'stopped') return { isDone: false, says: `${name} did not stop in time (${state})` };
  if (exitCode === 0) return { isDone: true, says: `${name} has stopped` };
  return { isDone: false, says: `${name} has ended with exit code ${exitCode}: see its log` };
}

async function uninstall(manager: ServiceManager, name: string): Promise<Outcome> {
  const before = manager.status(name);
  if (before.kind === 'ok' && before.value.state === 'running') {
    const stopped = await stop(manager, name);
    if (!stopped.isDone) return stopped;
  }
  unregisterEventSource(new Libraries(), name);
  return outcome(manager.uninstall(name), `${name} is removed; its configuration and logs stay`);
}

function status(manager: ServiceManager, name: string): Outcome {
  const asked = manager.status(name);
  if (asked.kind === 'failed') return outcome(asked, '');
  const { state, pid, exitCode } = asked.value;
  const detail = pid !== 0 ? ` (process ${pid})` : exitCode === 0 ? '' : ` (exit code ${exitCode})`;
  return { isDone: state === 'running', says: `${name} is ${state}${detail}` };
}

/** How a service is when it has left a state that passes. */
async function settled(
  manager: ServiceManager,
  name: string,
  passing: ServiceStatus['state'],
): Promise<ServiceStatus> {
  let last: ServiceStatus = { state: 'unknown', pid: 0, exitCode: 0 };
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(LOOK_EVERY)) {
    const asked = manager.status(name);
    if (asked.kind === 'failed') break;
    last = asked.value;
    if (last.state !== passing) break;
  }
  return last;
}
