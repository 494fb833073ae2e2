import type { Account } from '../telemetry/ledger.ts';
import type { Status } from './component_status.ts';
import type { ConfigurationView } from './configuration_view.ts';

/** A component as a status page or a probe sees it. */
export interface ComponentView {
  readonly kind: Account['kind'];
  readonly id: string;
  /** The pipeline of a processor, which has an instance in each. */
  readonly pipeline: string | undefined;
  /** Its counts, and its status. */
  readonly account: Account;
}

/** A pipeline by the ids of its components. */
export interface PipelineView {
  readonly id: string;
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

/** A running service, for extensions that tell how it is. What it shows changes when the configuration does. */
export interface ServiceView {
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly pipelines: readonly PipelineView[];
  /** All of them once the graph is built: from the start of the first extension on. */
  readonly components: () => readonly ComponentView[];
  /** The effective configuration as `sigel print-config` prints it, secrets hidden. */
  readonly configText: () => string;
  /** Which configuration that is, and what came of reading it again. */
  readonly configuration: () => ConfigurationView;
}

/** From what says least to what says most of the whole. */
const WEIGHT: readonly Status['kind'][] = [
  'ok',
  'recoverable_error',
  'starting',
  'stopped',
  'stopping',
  'permanent_error',
];

/** How the whole is: as the component that is worst off. One that is down makes it stopping. */
export function overallStatus(components: readonly ComponentView[]): Status['kind'] {
  let worst = 0;
  for (const { account } of components) worst = Math.max(worst, WEIGHT.indexOf(account.status.now().kind));
  const kind = WEIGHT[worst] ?? 'ok';
  return kind === 'stopped' ? 'stopping' : kind;
}
