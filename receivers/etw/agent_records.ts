import { SeverityNumber } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import { LogRecord } from '../../src/model/log_record.ts';
import { scopeFor } from '../../src/model/scope.ts';

/** What was lost in a session since the last record of it. */
export interface Loss {
  readonly session: string;
  /** `kernel`: no buffer was free; `real_time`: not delivered; `ring`: no room here; `unpackable`; `log`. */
  readonly cause: 'kernel' | 'real_time' | 'ring' | 'unpackable' | 'log';
  /** Undefined where only buffers are counted. */
  readonly events: number | undefined;
  /** Undefined where only events are counted. */
  readonly buffers: number | undefined;
  /** Seconds since the last look at the session: it happened in them. */
  readonly seconds: number;
}

const LOSS_SHAPE = new Shape([
  Attr.sessionName,
  Attr.agentCause,
  Attr.lostEvents,
  Attr.lostBuffers,
  Attr.blindDuration,
]);
const RESTART_SHAPE = new Shape([Attr.sessionName, Attr.blindDuration]);

const PROVIDER_SHAPE = new Shape([Attr.sessionName, Attr.etwProviderName]);

const GOVERNOR_SHAPE = new Shape([
  Attr.governorLevel,
  Attr.governorStages,
  Attr.governorUsage,
  Attr.governorLimit,
]);

const CAUSES: Readonly<Record<Loss['cause'], string>> = {
  kernel: 'Windows had no free buffer',
  real_time: 'Windows could not deliver them in time',
  ring: 'the pipelines were slow',
  unpackable: 'they were too large',
  log: 'Windows could not write them to the log file',
};

/** The record that says events were lost: a detection that did not happen may be among them. */
export function lossRecord(loss: Loss, resource: Resource): LogRecord {
  const what = [
    ...(loss.events === undefined ? [] : [`${loss.events} events`]),
    ...(loss.buffers === undefined ? [] : [`${loss.buffers} buffers`]),
  ].join(' in ');
  return agentRecord(
    'sigel.agent.events_lost',
    `${what} lost in session ${loss.session}: ${CAUSES[loss.cause]}`,
    { shape: LOSS_SHAPE, values: [loss.session, loss.cause, loss.events, loss.buffers, loss.seconds] },
    resource,
  );
}

/** The record that says consuming a session ended and begins anew after `seconds`: what happens meanwhile may be missing. */
export function restartRecord(
  session: string,
  reason: string,
  seconds: number,
  resource: Resource,
): LogRecord {
  return agentRecord(
    'sigel.agent.consumer_restarted',
    `consuming session ${session} begins anew: ${reason}`,
    { shape: RESTART_SHAPE, values: [session, seconds] },
    resource,
  );
}

/** The record that says a session of ours was stopped, and not by us. */
export function stoppedRecord(session: string, resource: Resource): LogRecord {
  return agentRecord(
    'sigel.agent.session_stopped',
    `session ${session} was stopped by somebody else; it is started anew`,
    { shape: RESTART_SHAPE, values: [session, undefined] },
    resource,
  );
}

/** The record that says a provider of ours was disabled or narrowed in a session, and not by us. */
export function disabledRecord(session: string, provider: string, resource: Resource): LogRecord {
  return agentRecord(
    'sigel.agent.provider_disabled',
    `provider ${provider} was disabled or narrowed in session ${session} by somebody else; it is enabled anew`,
    { shape: PROVIDER_SHAPE, values: [session, provider] },
    resource,
  );
}

/** The record that says the CPU governor took a step: at `level`, the events of `stages` are not asked for. */
export function governorRecord(
  step: { readonly kind: 'shed' | 'restore'; readonly level: number; readonly usage: number },
  limit: number,
  stages: readonly string[],
  resource: Resource,
): LogRecord {
  const most = Number.isFinite(limit) ? ` of ${limit.toFixed(2)}` : '';
  const cores = `${step.usage.toFixed(2)}${most} cores in use`;
  const left = stages.length === 0 ? 'all events are asked for again' : `not asked for: ${stages.join(', ')}`;
  return agentRecord(
    step.kind === 'shed' ? 'sigel.agent.events_shed' : 'sigel.agent.events_restored',
    `${cores}; ${left}`,
    {
      shape: GOVERNOR_SHAPE,
      values: [step.level, stages, step.usage, Number.isFinite(limit) ? limit : undefined],
    },
    resource,
  );
}

function agentRecord(eventName: string, body: string, own: LogRecord['own'], resource: Resource): LogRecord {
  const now = Date.now();
  const hrTime: [number, number] = [Math.floor(now / 1000), (now % 1000) * 1e6];
  return LogRecord.of({
    hrTime,
    hrTimeObserved: hrTime,
    eventName,
    severityNumber: SeverityNumber.WARN,
    severityText: 'WARN',
    body,
    own,
    blocks: [],
    resource,
    instrumentationScope: scopeFor('etw'),
  });
}
