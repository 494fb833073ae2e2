import { enable, eventsOf, holds, markedProcess, PROCESS, PROCESS_KEYWORD, tellsOf } from '../events.ts';
import type { Finding } from '../finding.ts';
import { judged, skipped } from '../finding.ts';
import { observe } from '../observe.ts';
import { product } from '../product.ts';

/** Events of the kernel logger about processes: by group in whole buffers, by class in records. */
const KERNEL: ReadonlySet<string> = new Set(['group-0x03', '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c']);

/** Kernel events and an ordinary provider's in one session, as the presets have it, with command lines. */
export function mixed(build: number): Promise<readonly Finding[]> {
  const plan = product.systemLoggerPlan(build, ['process']);
  if (plan.kind !== 'providers')
    return Promise.resolve([
      skipped('kernel-providers', `no system providers before 20348; this is ${build}`),
    ]);
  return kernelSession('kernel-providers', plan.providers, 0);
}

/** The same with EnableFlags, as on Server 2019. */
export function flags(): Promise<readonly Finding[]> {
  const plan = product.systemLoggerPlan(17763, ['process']);
  return kernelSession('kernel-flags', [], plan.kind === 'flags' ? plan.enableFlags : 0);
}

async function kernelSession(
  point: string,
  system: Parameters<typeof observe>[0]['providers'],
  enableFlags: number,
): Promise<readonly Finding[]> {
  let run = { pid: -1, mark: '' };
  const seen = await observe({
    settings: { systemLogger: true, enableFlags },
    providers: [...system, enable(PROCESS, { matchAnyKeyword: PROCESS_KEYWORD })],
    act: () => {
      run = markedProcess();
    },
    linger: 2000,
  });
  const events = eventsOf(seen);
  const kernel = events.filter(({ provider }) => KERNEL.has(provider));
  const marked = kernel.filter((event) => holds(event, run.mark));
  const ordinary = events.filter((e) => tellsOf(e, run.pid));
  const providers: Record<string, number> = {};
  for (const { provider } of events) providers[provider] = (providers[provider] ?? 0) + 1;
  return [
    judged(
      point,
      marked.length > 0 ? undefined : `no kernel event has the command line (of ${kernel.length})`,
      `the command line came, with ${kernel.length} kernel events`,
      { providers, opcodes: marked.map(({ opcode }) => opcode), path: seen.path },
    ),
    judged(
      `${point}-mixed`,
      ordinary.length > 0 ? undefined : 'nothing of Kernel-Process came in the same session',
      'Kernel-Process came in the same session',
    ),
  ];
}
