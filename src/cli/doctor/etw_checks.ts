import { LogFileMode } from '../../windows/abi/constants.ts';
import { SYSTEM_PROVIDERS_BUILD } from '../../windows/sessions/system_logger.ts';
import { type Examined, NEEDED_FUNCTIONS, WANTED_FUNCTIONS } from './examined.ts';
import type { Finding } from './finding.ts';
import { SERVER_2022 } from './host_checks.ts';

/** Sessions of a host, unless EtwMaxLoggers of the registry says otherwise; 8 of them the kernel's. */
const MAX_SESSIONS = 64;
const MAX_SYSTEM_LOGGERS = 8;
const RAW = ['OpenTraceFromRealTimeLogger', 'ProcessTraceBufferIncrementReference'] as const;

/** Whether the functions are there without which there is nothing to be had. */
export function checkFunctions({ functions }: Examined): Finding {
  const missing = NEEDED_FUNCTIONS.filter((name) => !functions.has(name));
  if (missing.length === 0) return { check: 'etw', verdict: 'ok', found: 'its functions are there' };
  return {
    check: 'etw',
    verdict: 'fail',
    found: `not there: ${missing.join(', ')}`,
    advice:
      'These are part of every Windows that Sigel supports: run it on the host, not on a Nano Server image.',
  };
}

/** How live events will come: as whole buffers or one by one. */
export function checkConsumption({ functions, windows }: Examined): Finding {
  const check = 'buffers';
  const missing = RAW.filter((name) => !functions.has(name));
  if (missing.length === 0) return { check, verdict: 'ok', found: 'whole buffers (consumption: raw)' };
  const found = `events one by one (consumption: record); not there: ${missing.join(', ')}`;
  if (windows === undefined || windows.build < SERVER_2022)
    return { check, verdict: 'ok', found: `${found}, as is normal before Windows Server 2022` };
  return {
    check,
    verdict: 'warn',
    found,
    advice: 'Events cost more processor time this way. Install the updates of Windows.',
  };
}

/** How the kernel's process events, with command lines, are asked for. */
export function checkKernelEvents({ windows }: Examined): Finding {
  const isNew = windows !== undefined && windows.build >= SYSTEM_PROVIDERS_BUILD;
  return {
    check: 'kernel events',
    verdict: 'ok',
    found: isNew ? 'from system providers' : 'by EnableFlags of a system logger',
  };
}

/** Whether events that Sigel does not know itself can be described. */
export function checkSchemas({ functions }: Examined): Finding {
  const missing = WANTED_FUNCTIONS.tdh.filter((name) => !functions.has(name));
  if (missing.length === 0)
    return { check: 'schemas', verdict: 'ok', found: 'TDH describes what Sigel does not know' };
  return {
    check: 'schemas',
    verdict: 'warn',
    found: `not there: ${missing.join(', ')}`,
    advice: 'Events of providers that Sigel does not know will be bytes.',
  };
}

/** Whether there is room for Sigel's sessions. */
export function checkSlots({ sessions, preset }: Examined): Finding {
  const check = 'sessions';
  if (sessions.kind === 'failed') {
    const { message, advice } = sessions.error;
    return { check, verdict: 'fail', found: message, ...(advice === undefined ? {} : { advice }) };
  }
  const used = sessions.value.length;
  const system = sessions.value.filter(
    ({ logFileMode }) => (logFileMode & LogFileMode.systemLogger) !== 0,
  ).length;
  const found = `${used} of ${MAX_SESSIONS} in use, ${system} of ${MAX_SYSTEM_LOGGERS} system loggers`;
  const advice = 'See them with logman query -ets, and end one that nobody needs: logman stop NAME -ets.';
  if (used >= MAX_SESSIONS) return { check, verdict: 'fail', found, advice };
  if (used > MAX_SESSIONS - preset.sessions || system >= MAX_SYSTEM_LOGGERS)
    return { check, verdict: 'warn', found, advice };
  return { check, verdict: 'ok', found };
}

/** Whether a session of Sigel runs already. */
export function checkOwnSessions({ own }: Examined): Finding {
  const check = 'own sessions';
  if (own.length === 0) return { check, verdict: 'ok', found: 'none' };
  return {
    check,
    verdict: 'warn',
    found: own.join(', '),
    advice:
      'Another Sigel runs, or one was killed. What was left is taken over by the next start; logman stop NAME -ets ends it by hand.',
  };
}

/** Whether the providers of a preset are registered on this host. */
export function checkProviders({ providers, preset }: Examined): Finding {
  const check = 'providers';
  if (providers.kind === 'failed') {
    const { message, advice } = providers.error;
    return { check, verdict: 'warn', found: message, ...(advice === undefined ? {} : { advice }) };
  }
  const registered = new Set(providers.value.map(({ name }) => name.toLowerCase()));
  const missing = preset.providers.filter((name) => !registered.has(name.toLowerCase()));
  const all = `${providers.value.length} registered`;
  if (missing.length === 0)
    return { check, verdict: 'ok', found: `${all}, all ${preset.providers.length} of preset ${preset.name}` };
  return {
    check,
    verdict: 'warn',
    found: `${all}; of preset ${preset.name} not: ${missing.join(', ')}`,
    advice: 'Their events will not come. Some belong to features of Windows that can be installed.',
  };
}
