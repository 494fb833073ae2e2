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
