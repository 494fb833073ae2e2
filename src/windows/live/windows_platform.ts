import { availableParallelism, release } from 'node:os';
import { canaryWriter } from '../native/canary_writer.ts';
import { closeTrace } from '../native/consumer_functions.ts';
import { etwControl } from '../native/etw_control.ts';
import { defaultCacheFolder, openHost } from '../native/host_live.ts';
import { Libraries, placesFromEnvironment } from '../native/libraries.ts';
import { mutexLiveness } from '../native/mutex.ts';
import type { Called } from '../sessions/control.ts';
import { stopLeftOver } from '../sessions/left_over.ts';
import { buildOf } from '../sessions/system_logger.ts';
import type { LiveHost } from './live_host.ts';
import { type PlanningHost, planSessions } from './plan_sessions.ts';
import type { EtwPlatform, PlanOptions, SessionPlan } from './platform.ts';
import type { SessionsConfig } from './sessions_config.ts';

/** What of the host live events are completed with. */
export interface PlatformOptions {
  /** Ask Windows for descriptions of events that nothing else knows. */
  readonly askWindows: boolean;
  /** Where its answers are kept; undefined: in %ProgramData%. */
  readonly schemaFolder: string | undefined;
  /** Look up the names of users. */
  readonly accounts: boolean;
  /** Takes what is worth a warning. */
  readonly warn: (message: string) => void;
}

/** Live sessions on this Windows. Only import it there: it loads koffi. */
export function windowsPlatform(options: PlatformOptions): EtwPlatform {
  const places = placesFromEnvironment();
  if (places.etwLibrary !== undefined)
    options.warn(`ETW is that of ${places.etwLibrary}: SIGEL_TEST_ETW_LIBRARY is set, which is for tests`);
  const libraries = new Libraries(places);
  const cacheFolder = options.schemaFolder ?? defaultCacheFolder();
  const opened = openHost({ libraries, cacheFolder: options.askWindows ? cacheFolder : undefined });
  if (opened.problem !== undefined) options.warn(`answers of TDH are not kept: ${opened.problem}`);
  const host: LiveHost = {
    schemas: options.askWindows ? opened.schemas : undefined,
    accounts: options.accounts ? opened.accounts : undefined,
    volumes: opened.volumes,
    clock: opened.clock,
  };
  return {
    plan: (config, how) => {
      const planned = plan(config, how, libraries, (name) => opened.schemas.guidsOf(name));
      return planned.kind === 'failed' ? planned : started(planned.value, options.warn);
    },
    host,
    canary: () => canaryWriter(libraries),
    close: closeTrace(places.etwLibrary),
    library: places.etwLibrary,
    dispose: () => opened.close(),
  };
}

interface Planned {
  readonly host: PlanningHost;
  readonly plans: readonly SessionPlan[];
}

// A session under a name that the configuration no longer has would hold its slot until the next boot.
function started({ host, plans }: Planned, warn: (message: string) => void): Called<readonly SessionPlan[]> {
  const { stopped } = stopLeftOver(host.control, host.liveness);
  for (const { name, eventsLost } of stopped)
    warn(`session ${name}, which a Sigel had left behind, was stopped; it had lost ${eventsLost} events`);
  return { kind: 'ok', value: plans };
}

function plan(
  config: SessionsConfig,
  options: PlanOptions | undefined,
  libraries: Libraries,
  registered: (name: string) => readonly string[],
): Called<Planned> {
  const control = etwControl(libraries);
  if (control.kind === 'failed') return control;
  const liveness = mutexLiveness(libraries);
  if (liveness.kind === 'failed') return liveness;
  const host = {
    control: control.value,
    liveness: liveness.value,
    knowledge: { registered },
    build: buildOf(release()) ?? 0,
    processors: availableParallelism(),
  };
  const planned = planSessions(config, host, options);
  return planned.kind === 'failed' ? planned : { kind: 'ok', value: { host, plans: planned.value } };
}
