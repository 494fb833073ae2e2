import { SeverityNumber } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { AttributeBlock, type AttributeSet, Shape } from '../model/attribute_set.ts';
import { Attr } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';
import type { Value } from '../model/value.ts';
import { attackOf } from './attack.ts';
import type { Detection } from './detector.ts';
import { eventUid } from './event_uid.ts';
import { type CorrelationRule, keyOf, type SigmaRule } from './rule/documents.ts';
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

/** Makes the records of detections; what is of the rule alone is made once. */
export class DetectionRecords {
  readonly #scope: InstrumentationScope;
  readonly #ruleset: string | undefined;
  readonly #blocks = new WeakMap<SigmaRule | CorrelationRule, AttributeBlock>();

  /** `ruleset`: what the rules are called together. */
  constructor(scope: InstrumentationScope, ruleset: string | undefined) {
    this.#scope = scope;
    this.#ruleset = ruleset;
  }

  /**
   * The record of a detection: at the time of its event, with the event's resource, span context and attributes, which
   * it shares, and the rule's facts.
   */
  of({ rule, record, correlation }: Detection): LogRecord {
    const level = levelOf(rule.metadata);
    const uid = eventUid(record, keyOf(rule));
    return record.with({
      eventName: DETECTION,
      severityNumber: SEVERITIES[level],
      severityText: level,
      body: rule.metadata.title,
      own:
        correlation === undefined
          ? { shape: OWN, values: [uid, record.eventName] }
          : correlated(uid, record, correlation),
      blocks: [...record.blocks, new AttributeBlock(record.own.shape, record.own.values), this.#block(rule)],
      instrumentationScope: this.#scope,
    });
  }

  #block(rule: SigmaRule | CorrelationRule): AttributeBlock {
    let block = this.#blocks.get(rule);
    if (block === undefined) {
      block = new AttributeBlock(RULE, ruleValues(rule, this.#ruleset));
      this.#blocks.set(rule, block);
    }
    return block;
  }
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

function ruleValues(rule: SigmaRule | CorrelationRule, ruleset: string | undefined): (Value | undefined)[] {
  const { metadata } = rule;
  const attack = attackOf(metadata.tags);
  const isAttack = attack.tacticIds.length > 0 || attack.techniqueIds.length > 0;
  const category = rule.kind === 'rule' ? (rule.logsource.category ?? rule.logsource.service) : 'correlation';
  return [
    keyOf(rule),
    metadata.title,
    category,
    metadata.description?.trim(),
    metadata.references[0],
    metadata.modified ?? metadata.date,
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

function some(texts: readonly string[]): readonly string[] | undefined {
  return texts.length === 0 ? undefined : texts;
}
