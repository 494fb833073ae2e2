import { type HrTime, SeverityNumber } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Change, Container } from '../../src/containerd/facts.ts';
import { timeNow } from '../../src/containerd/time.ts';
import { type AttributeSet, Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import { LogRecord } from '../../src/model/log_record.ts';
import { scopeFor } from '../../src/model/scope.ts';
import type { KINDS } from './config.ts';

/** A change that becomes a record. */
export type ToldChange = Extract<Change, { readonly process: unknown }> & {
  readonly kind: (typeof KINDS)[number];
};

const SHAPE = new Shape([
  Attr.processPid,
  Attr.processExitCode,
  Attr.containerExecId,
  Attr.containerIsolation,
  Attr.containerKind,
  Attr.containerNamespace,
  Attr.containerOrigin,
]);
const LOST_SHAPE = new Shape([Attr.agentCause]);

const VERBS: Readonly<Record<ToldChange['kind'], string>> = {
  create: 'created',
  start: 'started',
  exec: 'executes a process',
  exit: 'exited',
  oom: 'is out of memory',
  delete: 'deleted',
};

/** The record of a change. The container stands in the resource. */
export function changeRecord(change: ToldChange, resource: Resource): LogRecord {
  const { container, kind, process, at, origin } = change;
  const observed = timeNow();
  return record({
    eventName: process?.execId !== undefined && kind === 'exit' ? 'container.exec.exit' : `container.${kind}`,
    isWarning: kind === 'oom',
    body: bodyOf(change),
    hrTime: at ?? observed,
    observed,
    own: {
      shape: SHAPE,
      values: [
        process?.pid,
        process?.exitCode,
        process?.execId,
        container.details.isolation,
        container.details.kind,
        container.namespace,
        origin,
      ],
    },
    resource,
  });
}

/** The record that says changes are not told from now on: those that are missed are found later, without their time. */
export function lostRecord(reason: string, resource: Resource): LogRecord {
  const observed = timeNow();
  return record({
    eventName: 'sigel.agent.containerd_lost',
    isWarning: true,
    body: `containerd cannot be reached: ${reason}`,
    hrTime: observed,
    observed,
    own: { shape: LOST_SHAPE, values: [reason] },
    resource,
  });
}

interface RecordParts {
  readonly eventName: string;
  readonly isWarning: boolean;
  readonly body: string;
  readonly hrTime: HrTime;
  readonly observed: HrTime;
  readonly own: AttributeSet;
  readonly resource: Resource;
}

function record({ eventName, isWarning, body, hrTime, observed, own, resource }: RecordParts): LogRecord {
  return LogRecord.of({
    hrTime,
    hrTimeObserved: observed,
    eventName,
    severityNumber: isWarning ? SeverityNumber.WARN : SeverityNumber.INFO,
    severityText: isWarning ? 'WARN' : 'INFO',
    body,
    own,
    blocks: [],
    resource,
    instrumentationScope: scopeFor('containerd'),
  });
}

function bodyOf({ container, kind, process }: ToldChange): string {
  const exec = process?.execId === undefined ? '' : ' executed process';
  const how = kind === 'exit' && process?.exitCode !== undefined ? ` with ${process.exitCode}` : '';
  return `${nameOf(container)}${kind === 'exit' ? exec : ''} ${VERBS[kind]}${how}`;
}

function nameOf({ id, namespace, details }: Container): string {
  const { kubernetes } = details;
  if (kubernetes === undefined) return `container ${namespace}/${id}`;
  const pod = `pod ${kubernetes.namespace}/${kubernetes.podName}`;
  return kubernetes.containerName === undefined
    ? `sandbox of ${pod}`
    : `container ${kubernetes.containerName} of ${pod}`;
}
