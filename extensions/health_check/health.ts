import type { Status } from '../../src/status/component_status.ts';
import { type ComponentView, overallStatus, type ServiceView } from '../../src/status/service_view.ts';

/** What a probe asks. */
export type Probe = 'ready' | 'live';

/** The answer to a probe, as its body shows it. */
export interface Health {
  readonly healthy: boolean;
  readonly status: Status['kind'];
  /** RFC 3339. */
  readonly start_time: string;
  readonly uptime_seconds: number;
  /** Those that are not well. */
  readonly components: readonly {
    readonly kind: string;
    readonly id: string;
    readonly pipeline?: string;
    readonly status: Status['kind'];
    readonly reasons: readonly string[];
  }[];
}

/**
 * Live is what starting anew cannot make better: a peer that is away, or a slow start, is no reason for kubelet to end
 * the agent, and with it what waits in its queues. `strict`: trouble that may pass is not ready.
 */
export function healthOf(service: ServiceView, probe: Probe, strict: boolean, now = Date.now()): Health {
  const components = service.components();
  const status = overallStatus(components);
  return {
    healthy: probe === 'live' ? status !== 'permanent_error' : isReady(status, strict),
    status,
    start_time: new Date(service.startedAt).toISOString(),
    uptime_seconds: Math.max(0, Math.floor((now - service.startedAt) / 1000)),
    components: components.flatMap(unwell),
  };
}

function isReady(status: Status['kind'], strict: boolean): boolean {
  return status === 'ok' || (status === 'recoverable_error' && !strict);
}

function unwell({ kind, id, pipeline, account }: ComponentView): Health['components'] {
  const { kind: status, reasons } = account.status.now();
  if (status === 'ok') return [];
  return [{ kind, id, ...(pipeline === undefined ? {} : { pipeline }), status, reasons }];
}
