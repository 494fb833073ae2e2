import type { HrTime } from '@opentelemetry/api';
import type { Container, ContainerProcess } from '../facts.ts';
import type { ContainerSource } from '../source.ts';
import { millisOf } from '../time.ts';
import { lineOf } from './fact_line.ts';
import type { WrittenLine } from './schema.ts';
import { timeText } from './time_text.ts';
import { headerLine } from './writer.ts';

interface ToldLine {
  readonly told: HrTime;
  readonly line: WrittenLine;
}

type Kind = Parameters<typeof lineOf>[0]['kind'];

/**
 * The journal, as text, of what a source knows now and has not forgotten, as if it had been written since `begin`: what
 * was there then is told first, and what came later when it happened. Undefined where the source knows nothing for certain.
 */
export function journalSince(source: ContainerSource, begin: HrTime): string | undefined {
  const { state } = source;
  if (state.kind !== 'synced') return undefined;
  const { endpoint, version } = state;
  const told = [...source.containers.all()].flatMap((container) => linesOf(container, begin));
  const before = told.filter((line) => !isLater(line.told, begin));
  const after = told.filter((line) => isLater(line.told, begin));
  after.sort((a, b) => millisOf(a.told) - millisOf(b.told));
  const lines = [
    headerLine(begin),
    ...before.map(({ line }) => line),
    { kind: 'synced', told: timeText(begin), endpoint, version },
    ...after.map(({ line }) => line),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function linesOf(container: Container, begin: HrTime): readonly ToldLine[] {
  const { details, init, execs, job, jobAt, deletedAt } = container;
  if (deletedAt !== undefined && !isLater(deletedAt, begin)) return [];
  const lines: ToldLine[] = [];
  const first = latest(begin, details.createdAt);
  const add = (kind: Kind, at: HrTime | undefined, process?: ContainerProcess): void => {
    const told = latest(first, at);
    const origin = isLater(told, begin) ? 'event' : 'initial';
    const line = lineOf({ kind, container, process, at, origin }, told);
    if (line !== undefined) lines.push({ told, line });
  };
  add('create', details.createdAt);
  for (const process of [init, ...execs.values()]) {
    const { exitedAt } = process ?? {};
    if (process === undefined || (exitedAt !== undefined && !isLater(exitedAt, begin))) continue;
    add(process.execId === undefined ? 'start' : 'exec', process.startedAt, process);
    if (exitedAt !== undefined) add('exit', exitedAt, process);
  }
  if (job !== undefined) add('job', jobAt);
  if (deletedAt !== undefined) add('delete', deletedAt);
  return lines;
}

function latest(a: HrTime, b: HrTime | undefined): HrTime {
  return b !== undefined && isLater(b, a) ? b : a;
}

function isLater([seconds, nanos]: HrTime, [thanSeconds, thanNanos]: HrTime): boolean {
  return seconds > thanSeconds || (seconds === thanSeconds && nanos > thanNanos);
}
