import { SeverityNumber } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { AttributeBlock, type AttributeSet, Shape } from '../model/attribute_set.ts';
import { Attr } from '../model/attributes.ts';
import { eventUid, UID_SHAPE, uidOf } from '../model/event_uid.ts';
import type { LogRecord } from '../model/log_record.ts';
import type { Value } from '../model/value.ts';
import { attackOf } from './attack.ts';
import type { CodeDetection, Detection } from './detector.ts';
import { provenanceOf } from './provenance.ts';
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
  Attr.rulePackDigest,
]);
/** Of every detection. */
const COMMON = [
  Attr.logRecordUid,
  Attr.detectionEventName,
  Attr.detectionEventUid,
  Attr.detectionHeldBack,
  Attr.detectionFields,
] as const;
const OWN = new Shape(COMMON);
const CORRELATED = new Shape([
  ...COMMON,
  Attr.correlationGroup,
  Attr.correlationEvents,
  Attr.correlationValue,
]);
const BY_CODE = new Shape([...COMMON, Attr.detectionEvidence, Attr.detectionData]);

/** How grave a level is. */
export function severityOf(level: Level): SeverityNumber {
  return SEVERITIES[level];
}

/** How detections are told. */
export interface DetectionOptions {
  /** What the rules are called together. */
  readonly ruleset?: string | undefined;
  /** Say of each field of a rule where its value came from. */
  readonly provenance: boolean;
  /** The digest of the pack that a file of rules came with, as it is now. */
  readonly packDigest?: ((file: string) => string | undefined) | undefined;
}

/** Makes the records of detections; what is of the rule alone is made once. */
export class DetectionRecords {
  readonly #scope: InstrumentationScope;
  readonly #options: DetectionOptions;
  readonly #blocks = new WeakMap<
    DetectingRule,
    { readonly digest: string | undefined; readonly block: AttributeBlock }
  >();

  constructor(scope: InstrumentationScope, options: DetectionOptions) {
    this.#scope = scope;
    this.#options = options;
  }

  /**
   * The record of a detection: at the time of its event, with the event's resource, span context and attributes, which
   * it shares, and the rule's facts. `heldBack`: detections like it that were not told.
   */
  of(detection: Detection | CodeDetection, heldBack = 0): LogRecord {
    const { rule, record } = detection;
    const level = levelOf(rule.metadata);
    return record.with({
      eventName: DETECTION,
      severityNumber: severityOf(level),
      severityText: level,
      body: rule.metadata.title,
      own: this.#own(detection, heldBack),
      blocks: [
        ...unnamed(record),
        new AttributeBlock(record.own.shape, record.own.values),
        this.#block(rule),
      ],
      instrumentationScope: this.#scope,
    });
  }

  #own(detection: Detection | CodeDetection, heldBack: number): AttributeSet {
    const { rule, record } = detection;
    const event = 'event' in detection ? (detection.event ?? eventUid(record)) : eventUid(record);
    const uid = uidOf(event, keyOf(rule));
    const fields = this.#options.provenance ? provenanceOf(rule, record) : undefined;
    const common: (Value | undefined)[] = [
      uid,
      record.eventName,
      event,
      heldBack === 0 ? undefined : heldBack,
      fields,
    ];
    if ('event' in detection)
      return { shape: BY_CODE, values: [...common, detection.evidence, detection.data] };
    if (detection.correlation === undefined) return { shape: OWN, values: common };
    return { shape: CORRELATED, values: [...common, ...correlationValues(detection.correlation)] };
  }

  #block(rule: DetectingRule): AttributeBlock {
    // A newer pack may have the same rule.
    const digest = this.#options.packDigest?.(rule.metadata.range.source.name);
    const made = this.#blocks.get(rule);
    if (made !== undefined && made.digest === digest) return made.block;
    const block = new AttributeBlock(RULE, [...ruleValues(rule, this.#options.ruleset), digest]);
    this.#blocks.set(rule, { digest, block });
    return block;
  }
}

/** A detection has a uid of its own. */
function unnamed({ blocks }: LogRecord): readonly AttributeBlock[] {
  return blocks.filter(({ shape }) => shape !== UID_SHAPE);
}

function correlationValues({
  group,
  refs,
  value,
}: NonNullable<Detection['correlation']>): (Value | undefined)[] {
  const values: Record<string, string> = Object.create(null);
  for (const [name, text] of group) values[name] = text;
  return [values, refs, value];
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
    metadata.version ?? metadata.modified ?? metadata.date,
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
