import type { Resource } from '@opentelemetry/resources';
import { Attr, ResourceAttr } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';
import type { DetectionRow, ProcessRow } from '../status/panels.ts';
import type { CodeDetection, Detection } from './detector.ts';
import { keyOf } from './rule/documents.ts';
import { levelOf } from './selection.ts';

/** Detections kept for a status page. */
const MAX_DETECTIONS = 50;
/** Characters of a command line that are kept. */
const MAX_COMMAND_LINE = 400;

/** The last detections, for a status page. */
export class LastDetections {
  /** By their uid: an event that is read again is the same detection. */
  readonly #rows = new Map<string, DetectionRow>();

  /** Newest first. */
  get rows(): readonly DetectionRow[] {
    return [...this.#rows.values()].toReversed();
  }

  /** `told` is the record that became of it. */
  add(detection: Detection | CodeDetection, told: LogRecord): void {
    const row = rowOf(detection, told);
    this.#rows.delete(row.id);
    this.#rows.set(row.id, row);
    for (const id of this.#rows.keys()) {
      if (this.#rows.size <= MAX_DETECTIONS) break;
      this.#rows.delete(id);
    }
  }
}

function rowOf({ rule, record }: Detection | CodeDetection, told: LogRecord): DetectionRow {
  return {
    id: told.get(Attr.logRecordUid) ?? '',
    time: record.hrTime[0] * 1000 + record.hrTime[1] / 1e6,
    level: levelOf(rule.metadata),
    title: rule.metadata.title,
    ruleId: keyOf(rule),
    event: record.eventName,
    container: containerOf(record.resource),
    tree: treeOf(record),
  };
}

function containerOf({ attributes }: Resource): string | undefined {
  const keys = [ResourceAttr.k8sNamespaceName, ResourceAttr.k8sPodName, ResourceAttr.k8sContainerName];
  const parts = keys.map(({ name }) => attributes[name]).filter((part) => typeof part === 'string');
  if (parts.length > 0) return parts.join('/');
  const id = attributes[ResourceAttr.containerId.name];
  return typeof id === 'string' ? id : undefined;
}

/** From the eldest ancestor that is known, by name alone, over the parent to the process. */
function treeOf(record: LogRecord): readonly ProcessRow[] {
  const [, ...elders] = record.get(Attr.processAncestors) ?? [];
  const parent = rowOfProcess(
    record.get(Attr.processParentPid),
    record.get(Attr.processParentExecutableName),
    record.get(Attr.processParentCommandLine),
  );
  const process = rowOfProcess(
    record.get(Attr.processPid),
    record.get(Attr.processExecutableName),
    record.get(Attr.processCommandLine),
  );
  return [...elders.toReversed().map(elder), ...parent, ...process];
}

/** An ancestor stands as `name (pid)`. */
function elder(text: string): ProcessRow {
  const at = text.lastIndexOf(' (');
  return { name: text.slice(0, at), pid: Number.parseInt(text.slice(at + 2), 10), commandLine: undefined };
}

function rowOfProcess(
  pid: number | undefined,
  name: string | undefined,
  commandLine: string | undefined,
): readonly ProcessRow[] {
  if (pid === undefined) return [];
  return [{ name: name ?? 'unknown', pid, commandLine: commandLine && shortened(commandLine) }];
}

function shortened(text: string): string {
  return text.length > MAX_COMMAND_LINE ? `${text.slice(0, MAX_COMMAND_LINE)}…` : text;
}
