import { SeverityNumber } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { AttributeBlock, type AttributeSet, Shape } from '../model/attribute_set.ts';
import { Attr } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';
import type { Value } from '../model/value.ts';
import { attackOf } from './attack.ts';
import type { CodeDetection, Detection } from './detector.ts';
import { eventUid, uidOf } from './event_uid.ts';
import { type DetectingRule, keyOf } from './rule/documents.ts';
import type { Level } from './rule/metadata.ts';
import { levelOf } from './selection.ts';

/** The event name of a detection. */
export const DETECTION = 'sigel.detection';

const SEVERITIES: Readonly<Record<Level, SeverityNumber>> = {
  informational: SeverityNumber.INFO,
  low: SeverityNumber.INFO2,
  medium: SeverityNumber.WARN,
  high: SeverityNumber.ERROR,
  critical: SeverityNumber.FATAL,
};

const RULE = new Shape([
  Attr.securityRuleUuid,
  Attr.securityRuleName,
  Attr.securityRuleCategory,
  Attr.securityRuleDescription,
  Attr.securityRuleReference,
  Attr.securityRuleVersion,
  Attr.securityRuleLicense,
  Attr.securityRulesetName,
  Attr.threatFramework,
  Attr.threatTacticIds,
  Attr.threatTacticNames,
  Attr.threatTechniqueIds,
  Attr.threatSubtechniqueIds,
  Attr.ruleLevel,
  Attr.ruleAuthor,
  Attr.ruleStatus,
  Attr.ruleReferences,
  Attr.ruleFalsePositives,
  Attr.ruleTags,
]);
const OWN = new Shape([Attr.logRecordUid, Attr.detectionEventName]);
const CORRELATED = new Shape([
  Attr.logRecordUid,
  Attr.detectionEventName,
  Attr.correlationGroup,
  Attr.correlationEvents,
  Attr.correlationValue,
]);
const BY_CODE = new Shape([
  Attr.logRecordUid,
  Attr.detectionEventName,
  Attr.detectionEvidence,
  Attr.detectionData,
]);

/** Makes the records of detections; what is of the rule alone is made once. */
export class DetectionRecords {
  readonly #scope: InstrumentationScope;
  readonly #ruleset: string | undefined;
  readonly #blocks = new WeakMap<DetectingRule, AttributeBlock>();

  /** `ruleset`: what the rules are called together. */
  constructor(scope: InstrumentationScope, ruleset: string | undefined) {
    this.#scope = scope;
    this.#ruleset = ruleset;
  }

  /**
   * The record of a detection: at the time of its event, with the event's resource, span context and attributes, which
   * it shares, and the rule's facts.
   */
  of(detection: Detection | CodeDetection): LogRecord {
    const { rule, record } = detection;
    const level = levelOf(rule.metadata);
    return record.with({
      eventName: DETECTION,
      severityNumber: SEVERITIES[level],
      severityText: level,
      body: rule.metadata.title,
      own: ownOf(detection),
      blocks: [...record.blocks, new AttributeBlock(record.own.shape, record.own.values), this.#block(rule)],
      instrumentationScope: this.#scope,
    });
  }

  #block(rule: DetectingRule): AttributeBlock {
    let block = this.#blocks.get(rule);
    if (block === undefined) {
      block = new AttributeBlock(RULE, ruleValues(rule, this.#ruleset));
      this.#blocks.set(rule, block);
    }
    return block;
  }
}

function ownOf(detection: Detection | CodeDetection): AttributeSet {
  const { rule, record } = detection;
  if ('correlation' in detection) {
    const uid = eventUid(record, keyOf(rule));
    return detection.correlation === undefined
      ? { shape: OWN, values: [uid, record.eventName] }
      : correlated(uid, record, detection.correlation);
  }
  const uid = uidOf(detection.event ?? eventUid(record), keyOf(rule));
  return { shape: BY_CODE, values: [uid, record.eventName, detection.evidence, detection.data] };
}

function correlated(
  uid: string,
  record: LogRecord,
  { group, refs, value }: NonNullable<Detection['correlation']>,
): AttributeSet {
  const values: Record<string, string> = Object.create(null);
  for (const [name, text] of group) values[name] = text;
  return { shape: CORRELATED, values: [uid, record.eventName, values, refs, value] };
}

function ruleValues(rule: DetectingRule, ruleset: string | undefined): (Value | undefined)[] {
  const { metadata } = rule;
  const attack = attackOf(metadata.tags);
  const isAttack = attack.tacticIds.length > 0 || attack.techniqueIds.length > 0;
  return [
    keyOf(rule),
    metadata.title,
    categoryOf(rule),
    metadata.description?.trim(),
    metadata.references[0],
    rule.kind === 'code' ? rule.version : (metadata.modified ?? metadata.date),
    metadata.license,
    ruleset,
    isAttack ? 'MITRE ATT&CK' : undefined,
    some(attack.tacticIds),
    some(attack.tacticNames),
    some(attack.techniqueIds),
    some(attack.subtechniqueIds),
    levelOf(metadata),
    metadata.author,
    metadata.status,
    some(metadata.references),
    some(metadata.falsePositives),
    some(metadata.tags),
  ];
}

function categoryOf(rule: DetectingRule): string | undefined {
  switch (rule.kind) {
    case 'rule':
      return rule.logsource.category ?? rule.logsource.service;
    case 'correlation':
      return 'correlation';
    case 'code':
      return 'signature';
  }
}

function some(texts: readonly string[]): readonly string[] | undefined {
  return texts.length === 0 ? undefined : texts;
}
