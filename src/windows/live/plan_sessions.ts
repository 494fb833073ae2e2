import type { WindowsError } from '../abi/errors.ts';
import { attach } from '../sessions/attached_session.ts';
import { canaryKeyword, canaryProvider } from '../sessions/canary_provider.ts';
import type { Called, EtwControl, ProviderEnable, SessionSettings } from '../sessions/control.ts';
import { enableProvider } from '../sessions/enable_provider.ts';
import { KeptProviders } from '../sessions/kept_providers.ts';
import { type OwnedSession, startOwned } from '../sessions/owned_session.ts';
import type { Liveness } from '../sessions/owner.ts';
import { presetSessions } from '../sessions/preset_sessions.ts';
import { type PlannedProvider, type ProviderKnowledge, planProvider } from '../sessions/providers.ts';
import { type SystemLoggerPlan, systemLoggerPlan } from '../sessions/system_logger.ts';
import { Shedder } from '../shedding/shedder.ts';
import type { OpenSession } from './live_session.ts';
import type { PlanOptions, SessionPlan } from './platform.ts';
import { type SessionConfig, type SessionsConfig, sessionsConfig } from './sessions_config.ts';

/** What planning needs of the host. */
export interface PlanningHost {
  readonly control: EtwControl;
  readonly liveness: Liveness;
  readonly knowledge: ProviderKnowledge;
  /** Windows build number. */
  readonly build: number;
  readonly processors: number;
}

/** The sessions that a configuration means; an error with every problem in it when it means none. */
export function planSessions(
  config: SessionsConfig,
  host: PlanningHost,
  { suffix = '', canary = false }: PlanOptions = {},
): Called<readonly SessionPlan[]> {
  const problems: string[] = [];
  const wanted = [...fromPreset(config, problems), ...config.sessions];
  const sessions = wanted.map((session) => named(session, session.attach ? '' : suffix));
  const plans = sessions.map((session, place) =>
    planSession(session, host, problems, canary ? canaryKeyword(place) : undefined),
  );
  if (sessions.length === 0) problems.push('no session is configured: set `preset` or `sessions`');
  const twice = sessions.find(({ name }, i) => sessions.findIndex((one) => one.name === name) !== i);
  if (twice !== undefined) problems.push(`two sessions are named ${twice.name}`);
  return problems.length === 0 ? { kind: 'ok', value: plans } : { kind: 'failed', error: wrong(problems) };
}

function named(session: SessionConfig, suffix: string): SessionConfig {
  return { ...session, name: `${session.name}${suffix}` };
}

function fromPreset({ preset, include, exclude }: SessionsConfig, problems: string[]): SessionConfig[] {
  if (preset === undefined) {
    if (include.length + exclude.length > 0)
      problems.push('`include` and `exclude` change a `preset`; there is none');
    return [];
  }
  const changed = presetSessions(preset, include, exclude);
  problems.push(...changed.problems);
  // A preset says what matters; the rest is as if it had been left out of a configuration.
  return sessionsConfig.parse({ sessions: changed.sessions }).sessions;
}

function planSession(
  config: SessionConfig,
  host: PlanningHost,
  problems: string[],
  canary: bigint | undefined,
): SessionPlan {
  const { name, shed, consumption } = config;
  const shedLast = shed === 'last';
  if (config.attach) {
    if (config.kernel.length + config.providers.length > 0)
      problems.push(`session ${name} is only attached to: it takes no kernel events or providers`);
    return { name, shedLast, consumption, open: () => attached(host.control, name) };
  }
  const providers: PlannedProvider[] = [];
  for (const spec of config.providers) {
    const planned = planProvider(spec, host.knowledge);
    if (planned.kind === 'planned') providers.push(planned.provider);
    else problems.push(`session ${name}: ${planned.message}`);
  }
  const kernel = systemLoggerPlan(host.build, config.kernel);
  if (kernel.kind === 'refused') problems.push(`session ${name}: ${kernel.message}`);
  if (providers.length === 0 && kernel.kind === 'none')
    problems.push(`session ${name} has no providers: nothing would be written into it`);
  const plan = { name, shedLast, consumption };
  if (canary === undefined) return { ...plan, open: () => owned(config, kernel, providers, host) };
  const all = [...providers, canaryProvider(canary)];
  return { ...plan, canary, open: () => owned(config, kernel, all, host) };
}

function attached(control: EtwControl, name: string): Called<OpenSession> {
  const found = attach(control, name);
  if (found.kind === 'failed') return found;
  const facts = found.value.facts();
  if (facts.kind === 'failed') return facts;
  const { value: session } = found;
  return {
    kind: 'ok',
    value: { facts: facts.value, notes: [], query: () => session.facts(), stop: () => session.facts() },
  };
}

function owned(
  config: SessionConfig,
  kernel: SystemLoggerPlan,
  providers: readonly PlannedProvider[],
  { control, liveness, processors }: PlanningHost,
): Called<OpenSession> {
  const started = startOwned(control, liveness, settingsOf(config, kernel, processors));
  if (started.kind === 'refused') {
    const { message, advice, error } = started.refusal;
    return { kind: 'failed', error: error ?? { code: 0, name: 'ERROR_ALREADY_EXISTS', message, advice } };
  }
  const { session, tookOver, notes } = started;
  const said = [...notes];
  if (tookOver !== undefined)
    said.push(`a session that a Sigel had left was stopped; it had lost ${tookOver.eventsLost} events`);
  const enabled = enableAll(control, session, kernel, providers, said);
  const facts = session.facts();
  if (enabled.kind === 'failed') {
    session.stop();
    return enabled;
  }
  if (facts.kind === 'failed') {
    session.stop();
    return facts;
  }
  const shedder = new Shedder(control, session.handle, providers);
  const kept = new KeptProviders(control, session.handle, providers);
  return {
    kind: 'ok',
    value: {
      facts: facts.value,
      notes: said,
      isOurs: true,
      query: () => session.facts(),
      shed: (level) => {
        const problems = shedder.to(level);
        kept.learn(level);
        return problems;
      },
      restore: () => kept.restore(),
      stop: () => session.stop(),
    },
  };
}

// One provider that cannot be had must not cost the others; when none can, the session is of no use.
function enableAll(
  control: EtwControl,
  { handle }: OwnedSession,
  kernel: SystemLoggerPlan,
  providers: readonly PlannedProvider[],
  said: string[],
): Called<void> {
  const system = kernel.kind === 'providers' ? kernel.providers : [];
  const wanted: readonly { name: string; enable: ProviderEnable; captureState: boolean }[] = [
    ...system.map((enable) => ({ name: `system provider ${enable.guid}`, enable, captureState: false })),
    ...providers,
  ];
  let enabled = kernel.kind === 'flags' ? 1 : 0;
  let error: WindowsError | undefined;
  for (const provider of wanted) {
    const result = enableProvider(control, handle, provider.enable);
    if (result.kind === 'failed') {
      error = result.error;
      said.push(`${provider.name} is not recorded: ${result.error.message}`);
      continue;
    }
    enabled++;
    for (const leftOff of result.leftOff)
      said.push(`${provider.name} is recorded without ${leftOff}: this build of Windows does not take it`);
    if (provider.captureState) capture(control, handle, provider, said);
  }
  return enabled > 0 || error === undefined ? { kind: 'ok', value: undefined } : { kind: 'failed', error };
}

function capture(
  control: EtwControl,
  handle: bigint,
  { name, enable }: { readonly name: string; readonly enable: ProviderEnable },
  said: string[],
): void {
  const captured = control.captureState(handle, enable.guid);
  if (captured.kind === 'failed')
    said.push(`${name} does not tell what is there already: ${captured.error.message}`);
}

function settingsOf(
  config: SessionConfig,
  kernel: SystemLoggerPlan,
  processors: number,
): Omit<SessionSettings, 'guid'> {
  const minimum = config.minimum_buffers ?? 2 * processors;
  return {
    name: config.name,
    bufferSizeKiB: config.buffer_size / 1024,
    minimumBuffers: minimum,
    maximumBuffers: Math.max(config.maximum_buffers ?? minimum + 60 * processors, minimum),
    flushMilliseconds: config.flush_interval,
    clock: config.clock,
    systemLogger: kernel.kind === 'providers' || kernel.kind === 'flags',
    enableFlags: kernel.kind === 'flags' ? kernel.enableFlags : 0,
  };
}

function wrong(problems: readonly string[]): WindowsError {
  return { code: 0, name: 'ERROR_INVALID_PARAMETER', message: problems.join('; '), advice: undefined };
}
