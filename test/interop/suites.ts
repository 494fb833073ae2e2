import { globSync } from 'node:fs';
import { join } from 'node:path';

/** Suites in the order of their worth; any that is not named here runs last. */
const ORDER = [
  'reference_reader',
  'inspect',
  'inspect_events',
  'oracles',
  'collector',
  'delivery',
  'otlp_http',
  'otlp_receiver',
  'jaeger',
  'metrics',
  'alerts',
  'status_page',
  'killed',
  'faults',
  'storage_faults',
  'memory',
  'windows/abi',
  'windows/standin',
  'windows/consumer',
  'windows/live',
  'windows/governor',
  'windows/product',
  'windows/capture',
  'windows/replay',
  'windows/sessions',
  'windows/tdh',
  'windows/host',
  'windows/jobs',
  'windows/event_log',
  'windows/file_facts',
  'windows/storage',
  'windows/control',
  'windows/service',
  'windows/doctor',
  'windows/verify',
  'windows/release',
  'powershell',
  'image',
  'containerd',
  'containerd_records',
  'journal',
  'attribution',
  'containerd_pipe',
  'windows/containerd',
  'windows/attribution',
  'containerd_api',
  'kubernetes',
  'chart',
  'recorded_hits',
  'rego',
  'correlations',
  'python_readers',
  'ocsf',
  'webhook',
  'quick_start',
  'gateways',
  'views',
  'elastic',
  'pe_files',
  // The longest build of all.
  'windows/containerd_2',
  // Minutes.
  'fault_schedule',
  'soak',
];
/** Suites that mostly wait for a peer that fails: beside all others they cost little. */
const WAITING: ReadonlySet<string> = new Set(['delivery', 'faults', 'storage_faults', 'fault_schedule']);
/** Where suites lie, by the first part of their name. */
const FOLDERS: readonly (readonly [prefix: string, folder: string])[] = [
  ['', import.meta.dirname],
  ['windows/', join(import.meta.dirname, '..', 'windows')],
];

/** The suites whose names are given, or that lie in folders of such names; all where none is given. */
export function wantedSuites(named: readonly string[]): readonly string[] {
  if (named.length === 0) return suites();
  return suites().filter((suite) => named.some((name) => suite === name || suite.startsWith(`${name}/`)));
}

/** What runs beside each other: suites that run Windows code under Wine and share it, those that wait, and all others. */
export function lanesOf(wanted: readonly string[]): readonly (readonly string[])[] {
  const lane = (suite: string) =>
    WAITING.has(suite) ? 'waiting' : suite.startsWith('windows/') ? 'windows' : 'others';
  return Object.values(Object.groupBy(wanted, lane));
}

/** The test file of a suite. */
export function fileOf(suite: string): string {
  const [prefix, folder] = FOLDERS.findLast(([prefix]) => suite.startsWith(prefix)) ?? ['', '.'];
  return join(folder, `${suite.slice(prefix.length)}.test.ts`);
}

function suites(): string[] {
  const found = FOLDERS.flatMap(([prefix, folder]) =>
    globSync('**/*.test.ts', { cwd: folder }).map((name) => prefix + name),
  );
  const rank = (name: string) => (ORDER.indexOf(name) + ORDER.length + 1) % (ORDER.length + 1);
  return found
    .map((name) => name.replace('.test.ts', '').replaceAll('\\', '/'))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
