import { SeverityNumber } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import { LogRecord } from '../../src/model/log_record.ts';
import { scopeFor } from '../../src/model/scope.ts';
import { overallStatus, type ServiceView } from '../../src/status/service_view.ts';
import { total } from '../../src/telemetry/ledger.ts';
import { VERSION } from '../../src/version.ts';

const SHAPE = new Shape([
  Attr.agentVersion,
  Attr.agentUptime,
  Attr.agentStatus,
  Attr.agentTroubles,
  Attr.agentConfigHash,
  Attr.agentRules,
  Attr.agentRulePacks,
  Attr.agentLedger,
]);
/** Components that are not well, at most. */
const MAX_TROUBLES = 20;

/** The record that says the agent lives, and how. `now` in Unix milliseconds. */
export function heartbeat(service: ServiceView, resource: Resource, now: number): LogRecord {
  const accounts = service.components().map(({ account }) => account);
  const status = overallStatus(service.components());
  const packs = accounts.flatMap((account) => account.status.shown('packs').flat());
  const rules = accounts.flatMap((account) => account.status.shown('rules').flat()).length;
  const hrTime: [number, number] = [Math.floor(now / 1000), (now % 1000) * 1e6];
  const isWell = status === 'ok';
  return LogRecord.of({
    hrTime,
    hrTimeObserved: hrTime,
    eventName: 'sigel.agent.heartbeat',
    severityNumber: isWell ? SeverityNumber.INFO : SeverityNumber.WARN,
    severityText: isWell ? 'INFO' : 'WARN',
    body: `the agent lives: ${status.replace('_', ' ')}`,
    own: {
      shape: SHAPE,
      values: [
        VERSION,
        Math.max(0, Math.floor((now - service.startedAt) / 1000)),
        status,
        troubles(service),
        service.configuration().hash,
        rules,
        packs.map(({ location, digest }) => `${location} ${digest}`),
        ledger(service),
      ],
    },
    blocks: [],
    resource,
    instrumentationScope: scopeFor('agent'),
  });
}

function troubles(service: ServiceView): string[] {
  return service
    .components()
    .flatMap(({ kind, id, account }) =>
      account.status.now().reasons.map((reason) => `${kind} ${id}: ${reason}`),
    )
    .slice(0, MAX_TROUBLES);
}

/** The sums of the ledger since the start. */
function ledger(service: ServiceView): Record<string, number> {
  const sums = { read: 0, lost: 0, delivered: 0, queued: 0, dropped: 0 };
  for (const { account } of service.components()) {
    sums.read += account.read;
    sums.lost += total(account.lost);
    sums.delivered += account.delivered;
    sums.queued += account.queued;
    sums.dropped += total(account.dropped);
  }
  return sums;
}
