import { spawnSync } from 'node:child_process';
import type { ProviderEnable, ProviderFilters } from '../../../../src/windows/sessions/control.ts';
import type { ReferenceEvent } from '../../../interop/reference_reader.ts';
import { enable, eventsOf, holds, markedProcess, PROCESS, PROCESS_KEYWORD, tellsOf } from '../events.ts';
import type { Finding } from '../finding.ts';
import { judged, skipped } from '../finding.ts';
import { control, libraries, observe, pause, settings, withSession } from '../observe.ts';
import { need, product } from '../product.ts';
import { readKeywords } from '../wevtutil.ts';

/** Codes with which what is optional may be refused: it is left off then. */
const HANDLED: ReadonlySet<number> = new Set([0, 50, 87]);
const KINDS: Readonly<Record<string, ProviderFilters>> = {
  event_ids: { eventIds: { in: true, ids: [1, 2] } },
  pids: { pids: [process.pid] },
  executables: { executables: ['node.exe'] },
};
const NAMES = [
  'Microsoft-Windows-Kernel-Process',
  'Microsoft-Windows-Kernel-File',
  'Microsoft-Windows-Kernel-Network',
  'Microsoft-Windows-Kernel-Registry',
  'Microsoft-Windows-CodeIntegrity',
  'Microsoft-Windows-DNS-Client',
  'Microsoft-Windows-PowerShell',
];

/** Which filters and properties Windows takes of which providers. */
export function accepted(): Promise<readonly Finding[]> {
  return withSession(settings(), ({ handle }) => {
    const codes = (change: Partial<ProviderEnable>): Record<string, number> =>
      Object.fromEntries(
        NAMES.map((name) => {
          const guid = product.guidsOfName(name)[0] ?? PROCESS;
          const called = control.enable(handle, enable(guid, change));
          control.disable(handle, guid);
          return [name, called.kind === 'ok' ? 0 : called.error.code];
        }),
      );
    const filters = Object.entries(KINDS).map(([kind, one]) =>
      codesFinding('filters', kind, codes({ filters: one })),
    );
    const properties = Object.entries(product.EnableProperty).map(([name, enableProperties]) =>
      codesFinding('properties', name, codes({ enableProperties })),
    );
    return [...filters, ...properties];
  });
}

function codesFinding(point: string, what: string, codes: Record<string, number>): Finding {
  const bad = Object.entries(codes).find(([, code]) => !HANDLED.has(code));
  const taken = Object.values(codes).filter((code) => code === 0).length;
  return judged(
    point,
    bad === undefined ? undefined : `${what}: ${bad[0]} answers ${bad[1]}`,
    `${what}: taken of ${taken} of ${Object.keys(codes).length} providers`,
    codes,
  );
}

/** Windows tells how a session has a provider enabled, at once, and when that changes. */
export function enabled(): Promise<readonly Finding[]> {
  return withSession(settings(), ({ handle }) => {
    const wanted = enable(PROCESS, { matchAnyKeyword: PROCESS_KEYWORD, enableProperties: 0x80 });
    const asked = (change: () => unknown): string => {
      change();
      const called = control.enabledAs(handle, PROCESS);
      if (called.kind === 'failed') return called.error.message;
      const { value: as } = called;
      return as === undefined ? 'off' : `${as.level} ${as.matchAnyKeyword} ${as.enableProperties}`;
    };
    const seen = [
      asked(() => control.enable(handle, wanted)),
      asked(() => control.enable(handle, { ...wanted, level: 1, enableProperties: 0 })),
      asked(() => control.disable(handle, PROCESS)),
    ];
    const wrong = seen.join() === '5 16 128,1 16 0,off' ? undefined : `it tells ${seen.join(', then ')}`;
    return [judged('enabled-as', wrong, 'enabled, narrowed and disabled are told', { seen })];
  });
}

function canaries(buffers: readonly Uint8Array[]): readonly ReferenceEvent[] {
  return eventsOf({ buffers }).filter(({ provider }) => provider === product.SIGEL_PROVIDER);
}

/** An event of the agent's own comes into the session that asks for its keyword, and is the text that was written. */
export async function canary(): Promise<readonly Finding[]> {
  const text = `sigel-mark-${process.pid}`;
  const seen = await observe({
    providers: [product.canaryProvider(2n).enable],
    act: async (_, soFar) => {
      const writer = need(product.canaryWriter(libraries));
      for (const [keyword, what] of [
        [2n, text],
        [1n, 'of another session'],
      ] as const)
        need(writer.write(keyword, what));
      writer.close();
      const until = performance.now() + 10_000;
      while (canaries(soFar).length === 0 && performance.now() < until) await pause(50);
    },
    linger: 2500,
  });
  const events = canaries(seen.buffers);
  const [first] = events;
  const wrong =
    events.length !== 1 || first === undefined
      ? `${events.length} came`
      : holds(first, text) && first.id === 0
        ? undefined
        : `id ${first.id}, ${first.payload.toString('hex')}`;
  return [judged('canary', wrong, 'what was written came back, and only that')];
}

/** A filter that was taken is applied. */
export async function filtered(): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [kind, filters, wanted] of [
    ['event ids', { eventIds: { in: true, ids: [1] } }, (ids: readonly number[]) => !ids.includes(1)],
    ['excluded ids', { eventIds: { in: false, ids: [1] } }, (ids: readonly number[]) => !ids.includes(2)],
  ] as const) {
    let pid = -1;
    const seen = await observe({
      providers: [enable(PROCESS, { matchAnyKeyword: PROCESS_KEYWORD, filters })],
      act: () => {
        pid = markedProcess().pid;
      },
      linger: 1500,
    });
    const events = eventsOf(seen).filter(({ provider }) => provider === PROCESS);
    const other = events.find(({ id }) => (id === 1) !== filters.eventIds.in);
    const ids = events.filter((event) => tellsOf(event, pid)).map(({ id }) => id);
    const wrong =
      other !== undefined
        ? `id ${other.id} came`
        : wanted(ids)
          ? 'what it lets through did not come'
          : undefined;
    findings.push(
      judged('filter-effect', wrong, `${kind}: only what it lets through`, { all: events.length }),
    );
  }
  return findings;
}

/** A rundown of the processes that are there already, as the lifecycle session wants it. */
export async function captureState(): Promise<readonly Finding[]> {
  let message: string | undefined;
  const seen = await observe({
    providers: [enable(PROCESS, { matchAnyKeyword: PROCESS_KEYWORD })],
    act: ({ handle }) => {
      const captured = control.captureState(handle, PROCESS);
      message = captured.kind === 'failed' ? captured.error.message : undefined;
    },
    linger: 2500,
  });
  const told = eventsOf(seen).filter(({ provider, id }) => provider === PROCESS && id === 15);
  const wrong =
    message ??
    (told.some((event) => tellsOf(event, process.pid)) ? undefined : 'this process was not told of');
  return [judged('capture-state', wrong, `${told.length} processes were told of`)];
}

/** Each provider of each preset, as the product enables it, in a session that nobody reads. */
export function presets(): Promise<readonly Finding[]> {
  return withSession(settings(), ({ handle }) =>
    Object.entries(product.PRESETS).map(([name, { sessions }]) => {
      const problems: string[] = [];
      const specs = sessions.flatMap(({ providers }) => providers);
      for (const spec of specs) {
        const plan = product.planProvider(spec, { registered: () => [] });
        if (plan.kind === 'failed') {
          problems.push(plan.message);
          continue;
        }
        const result = product.enableProvider(control, handle, plan.provider.enable);
        if (result.kind === 'failed') problems.push(`${spec.provider}: ${result.error.message}`);
        else for (const what of result.leftOff) problems.push(`${spec.provider}: without ${what}`);
        control.disable(handle, plan.provider.enable.guid);
      }
      const wrong = problems.length === 0 ? undefined : problems.join('; ');
      return judged('presets', wrong, `${name}: all ${specs.length} providers as they are asked for`);
    }),
  );
}

/** The keywords that the catalogue names are those of the manifests that this Windows has. */
export function keywords(): readonly Finding[] {
  return NAMES.map((name) => {
    const known = product.shippedKeywords(product.guidsOfName(name)[0] ?? '');
    const { stdout, status } = spawnSync('wevtutil', ['gp', name, '/ge:false', '/gm:false'], {
      encoding: 'utf8',
    });
    if (status !== 0 || known === undefined)
      return skipped('keywords', `${name}: wevtutil knows nothing of it`);
    const said = readKeywords(stdout);
    const shared = [...known].filter(([keyword]) => said.has(keyword));
    const other = shared.filter(([keyword, mask]) => said.get(keyword) !== mask);
    if (shared.length === 0) return skipped('keywords', `${name}: no keyword has a name that Sigel knows`);
    const wrong = other.length === 0 ? undefined : `${name}: ${other.map(([keyword]) => keyword).join(', ')}`;
    return judged('keywords', wrong, `${name}: ${shared.length} of ${known.size} keywords compared`);
  });
}

/** Names that TDH has registered, and how long it took to tell them. */
export function registered(): readonly Finding[] {
  const tdh = product.tdhCalls(libraries);
  const began = performance.now();
  const list = tdh.providers();
  const milliseconds = Math.round(performance.now() - began);
  if (list.kind === 'failed') return [judged('tdh-providers', list.error.message, '')];
  const all = product.readProviderList(list.value);
  const wrong = all.some(({ guid }) => guid === PROCESS) ? undefined : 'Kernel-Process is not among them';
  return [judged('tdh-providers', wrong, `${all.length} providers in ${milliseconds} ms`)];
}
