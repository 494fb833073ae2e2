import type { Resource } from '@opentelemetry/resources';
import { named } from '../../src/model/event_uid.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { DETECTION, type DetectionRecords } from '../../src/sigma/detection_record.ts';
import { LastDetections } from '../../src/sigma/detection_row.ts';
import type { CodeDetection, Detection, Detector } from '../../src/sigma/detector.ts';
import type { Level } from '../../src/sigma/rule/metadata.ts';
import { levelOf } from '../../src/sigma/selection.ts';
import type { CodeJudgement } from '../../src/signatures/signatures.ts';
import type { Excess } from './triage/cap.ts';
import { SUMMARY, summaryRecord } from './triage/summary_record.ts';
import type { Triage } from './triage/triage.ts';

/** What a batch becomes. */
export interface Judged {
  readonly records: LogRecord[];
  /** Places of detections in `records` that are worth a capture. */
  readonly grave: number[];
  detections: number;
  filtered: number;
  /** It fired something, or correlations have counted something of it: it must not be judged again. */
  counted: boolean;
}

/** With what batches are judged. */
export interface JudgingOptions {
  readonly emit: 'all' | 'detections';
  readonly triage: Triage;
  readonly records: DetectionRecords;
  /** Whether a detection of that level is worth a capture. */
  readonly isGrave: (level: Level) => boolean;
  /** Of what the agent says of itself. */
  readonly resource: Resource;
}

const NONE: readonly never[] = Object.freeze([]);

/** Makes of batches what goes on: records, and the detections that are told, each behind the record that fired it. */
export class Judging {
  readonly #options: JudgingOptions;
  /** Detections that were told, by level. */
  readonly matches = new Map<string, number>();
  readonly last = new LastDetections();

  constructor(options: JudgingOptions) {
    this.#options = options;
  }

  /** Judges a batch by these rules, and by what signatures said of it. */
  judge(batch: LogBatch, detector: Detector, code: CodeJudgement): Judged {
    const judged = nothingJudged();
    const before = detector.counted;
    this.#addAll(judged, code.detections.get(-1));
    for (const [place, record] of batch.entries())
      this.#judgeRecord(judged, record, detector, code.detections.get(place));
    if (code.isCounted || detector.counted !== before) judged.counted = true;
    this.#summarize(judged, this.#options.triage.excess(batch.at(-1)));
    return judged;
  }

  /** What is left to say when nothing more comes. */
  end(detections: readonly CodeDetection[]): Judged {
    const judged: Judged = { ...nothingJudged(), counted: true };
    this.#addAll(judged, detections);
    this.#summarize(judged, this.#options.triage.excess());
    return judged;
  }

  #judgeRecord(
    judged: Judged,
    record: LogRecord,
    detector: Detector,
    code: readonly CodeDetection[] = NONE,
  ): void {
    // Of another signature processor: no event of its own.
    if (record.eventName === DETECTION || record.eventName === SUMMARY) {
      judged.records.push(record);
      return;
    }
    const before = detector.counted;
    const fired = detector.detect(record);
    // Detections name the events that they are made of, so these have to have their names.
    const isNamed = fired.length + code.length > 0 || detector.counted !== before;
    if (this.#options.emit === 'detections') judged.filtered++;
    else judged.records.push(isNamed ? named(record) : record);
    this.#addAll(judged, fired);
    this.#addAll(judged, code);
  }

  #addAll(judged: Judged, detections: readonly (Detection | CodeDetection)[] = NONE): void {
    for (const detection of detections) {
      const { rule, record } = detection;
      const heldBack = this.#options.triage.judge(rule, record);
      judged.counted = true;
      if (heldBack === undefined) continue;
      const level = levelOf(rule.metadata);
      if (this.#options.isGrave(level)) judged.grave.push(judged.records.length);
      const told = this.#options.records.of(detection, heldBack);
      judged.records.push(told);
      this.last.add(detection, told);
      judged.detections++;
      this.matches.set(level, (this.matches.get(level) ?? 0) + 1);
    }
  }

  #summarize(judged: Judged, all: readonly Excess[]): void {
    for (const excess of all) {
      judged.records.push(summaryRecord(excess, this.#options.resource));
      judged.detections++;
      judged.counted = true;
    }
  }
}

function nothingJudged(): Judged {
  return { records: [], grave: [], detections: 0, filtered: 0, counted: false };
}
