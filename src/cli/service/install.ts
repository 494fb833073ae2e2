import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { whoElseWritesHere } from '../../windows/host/write_access.ts';
import { registerEventSource } from '../../windows/native/event_reporter.ts';
import { privateFolders } from '../../windows/native/host_folder.ts';
import { Libraries } from '../../windows/native/libraries.ts';
import type { ServiceManager } from '../../windows/native/service_manager.ts';
import type { Io } from '../command.ts';
import type { ServiceOrder } from '../service.ts';
import { loadForCommand } from '../service_command.ts';
import { openPath } from './open_path.ts';
import { type Outcome, outcome } from './outcome.ts';

/** Adds the service: what it is to run and to read must be such that it may run as SYSTEM. */
export async function installService(
  { name, config, data, log }: ServiceOrder,
  io: Io,
  manager: ServiceManager,
): Promise<Outcome> {
  const file = resolve(config);
  if (!existsSync(file))
    return refusal(
      `there is no ${file}: write one with 'sigel init "${file}"', or name another with --config`,
    );
  const libraries = new Libraries();
  for (const folder of [data, dirname(log)]) {
    const made = privateFolders(libraries)(resolve(folder));
    if (made.kind === 'failed') return outcome(made, '');
  }
  const main = resolve(process.argv[1] ?? '');
  const open = openPath([file, process.execPath], programFolder(main), whoElseWritesHere(libraries));
  if (open !== undefined) return refusal(`not as SYSTEM: ${open}`);
  const loaded = await loadForCommand(io, { config: [file], set: [] }, 'error');
  if (loaded === undefined) return refusal('not installed with a configuration that cannot run');
  const start = [process.execPath, main, 'service', 'run', '--name', name, '--config', file, '--log', log];
  const service = {
    name,
    description: 'Security observability for Windows containers: reads ETW, hands it on as OpenTelemetry.',
    // Each in quotes: of a path with a blank Windows would try the part before it as well.
    command: start.map((part) => `"${part}"`).join(' '),
  };
  const installed = manager.install(service);
  if (installed.kind === 'failed') return outcome(installed, '');
  registerEventSource(libraries, name);
  const unknown = installed.value.length === 0 ? '' : ` (this system knows no ${installed.value.join(', ')})`;
  return {
    isDone: true,
    says: `${name} is installed${unknown}: it runs from the next start of Windows on, or by 'sigel service start'`,
  };
}

/** Where everything lies that it runs: with the modules that it finds from there. */
function programFolder(main: string): string {
  for (let folder = dirname(main); folder !== dirname(folder); folder = dirname(folder))
    if (existsSync(join(folder, 'node_modules', 'koffi'))) return folder;
  return dirname(main);
}

function refusal(says: string): Outcome {
  return { isDone: false, says };
}
