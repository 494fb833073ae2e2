import { wellKnownAccount } from '../../etw/well_known_sids.ts';
import type { Examined } from './examined.ts';
import type { Finding } from './finding.ts';

/** Windows Server 2019 and Windows 10 1809: process-isolated containers as Kubernetes knows them. */
const OLDEST_BUILD = 17763;
const LOCAL_SYSTEM = 'S-1-5-18';
/** Windows Server 2022. */
export const SERVER_2022 = 20348;

/** Whether this Windows is one that Sigel supports. */
export function checkWindows({ windows, arch }: Examined): Finding {
  const check = 'windows';
  if (windows === undefined)
    return {
      check,
      verdict: 'warn',
      found: 'the build is not known',
      advice: 'Look at winver: Sigel needs build 17763 (Windows Server 2019) or later.',
    };
  const found = `${windows.product}, build ${windows.build}.${windows.revision}, ${arch}`;
  if (windows.build < OLDEST_BUILD)
    return {
      check,
      verdict: 'fail',
      found,
      advice: 'Sigel needs build 17763 (Windows Server 2019, Windows 10 1809) or later.',
    };
  if (arch !== 'x64')
    return {
      check,
      verdict: 'warn',
      found,
      advice: 'Sigel is made for x64; the structures of other processors have not been tried.',
    };
  return { check, verdict: 'ok', found };
}

/** Whether the process may have sessions. */
export function checkRights({ rights, account, hostProcess, sessions }: Examined): Finding {
  const check = 'rights';
  const where = hostProcess ? ' in a HostProcess container' : '';
  if (rights.kind === 'failed')
    return { check, verdict: 'fail', found: rights.error.message, ...adviceOf(rights.error.advice) };
  const { elevated, user } = rights.value;
  const known = user === undefined ? undefined : wellKnownAccount(user)?.name;
  const found = `${elevated ? 'elevated' : 'not elevated'}, as ${known ?? account ?? user ?? 'an unknown account'}${where}`;
  if (elevated) return { check, verdict: 'ok', found };
  const advice = hostProcess
    ? 'Set securityContext.windowsOptions.runAsUserName to "NT AUTHORITY\\SYSTEM".'
    : 'Run as LocalSystem (a service) or from an elevated prompt.';
  // Performance Log Users may have sessions, but none of the kernel's.
  return sessions.kind === 'ok'
    ? {
        check,
        verdict: 'warn',
        found: `${found}; sessions can be listed`,
        advice: `${advice} As a Performance Log User it gets no events of the kernel.`,
      }
    : { check, verdict: 'fail', found, advice };
}

/** Whether Windows tells which processes and silo a container's job has; without it, that is learnt from events. */
export function checkJobs({ jobs, rights }: Examined): Finding {
  const check = 'job queries';
  const warn = (found: string, advice: string): Finding => ({ check, verdict: 'warn', found, advice });
  if (jobs.kind === 'failed')
    return warn(jobs.error.message, 'Containers are known by pid, session and parent alone.');
  if (rights.kind === 'ok' && rights.value.user !== LOCAL_SYSTEM)
    return warn('jobs of containers can be opened by LocalSystem alone', 'Run as LocalSystem (a service).');
  if (jobs.value.length > 0)
    return warn(`not told here: ${jobs.value.join(', ')}`, 'It is learnt from events, where they tell it.');
  return { check, verdict: 'ok', found: 'Windows tells the silo, the session and the processes of a job' };
}

/** Whether containerd answers, without which events carry no names of containers. */
export function checkPipe({ pipe: { path, state } }: Examined): Finding {
  const check = 'containerd';
  switch (state) {
    case 'connected':
      return { check, verdict: 'ok', found: `${path} answers` };
    case 'absent':
      return {
        check,
        verdict: 'warn',
        found: `${path} is not there`,
        advice:
          'Events will carry no container and pod names. On a Kubernetes node, see that containerd runs.',
      };
    case 'denied':
      return {
        check,
        verdict: 'fail',
        found: `${path} may not be opened by this account`,
        advice: 'Run as LocalSystem or as an elevated administrator, whom containerd lets in.',
      };
    case 'silent':
      return {
        check,
        verdict: 'warn',
        found: `${path} is there and does not answer`,
        advice: 'See whether containerd is busy or hangs: crictl info, Get-Service containerd.',
      };
  }
}

function adviceOf(advice: string | undefined): Pick<Finding, 'advice'> {
  return advice === undefined ? {} : { advice };
}
