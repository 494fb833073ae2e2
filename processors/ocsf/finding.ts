import { SeverityNumber } from '@opentelemetry/api';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { Value, ValueMap } from '../../src/model/value.ts';
import { VERSION } from '../../src/version.ts';
import { evidencesOf } from './evidences.ts';
import { listOf, objectOf } from './object.ts';
import { deviceOf, resourcesOf } from './resources.ts';

/** The version of the schema that findings follow. */
export const OCSF_VERSION = '1.5.0';

/** `severity_id` and its caption, gravest first. */
const SEVERITIES: readonly (readonly [from: SeverityNumber, id: number, caption: string])[] = [
  [SeverityNumber.FATAL, 5, 'Critical'],
  [SeverityNumber.ERROR, 4, 'High'],
  [SeverityNumber.WARN, 3, 'Medium'],
  [SeverityNumber.INFO2, 2, 'Low'],
  [SeverityNumber.UNSPECIFIED, 1, 'Informational'],
];

/**
 * A detection as OCSF's Detection Finding (class 2004), newly created. Source: the class and its objects in version
 * 1.5.0 of the schema of the Open Cybersecurity Schema Framework.
 */
export function detectionFinding(detection: LogRecord): ValueMap {
  const time = milliseconds(detection);
  const severity = SEVERITIES.find(([from]) => detection.severityNumber >= from);
  const known = objectOf({
    evidences: evidencesOf(detection),
    resources: resourcesOf(detection.resource),
    device: deviceOf(detection.resource),
  });
  return {
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2004,
    class_name: 'Detection Finding',
    activity_id: 1,
    activity_name: 'Create',
    type_uid: 200401,
    type_name: 'Detection Finding: Create',
    time,
    severity_id: severity?.[1] ?? 0,
    severity: severity?.[2] ?? 'Unknown',
    status_id: 1,
    status: 'New',
    is_alert: true,
    message: String(detection.body),
    metadata: metadataOf(detection),
    finding_info: infoOf(detection, time),
    ...known,
  };
}

function milliseconds({ hrTime: [seconds, nanoseconds] }: LogRecord): number {
  return seconds * 1000 + Math.floor(nanoseconds / 1e6);
}

function metadataOf(detection: LogRecord): ValueMap {
  const known = objectOf({
    uid: detection.get(Attr.logRecordUid),
    event_code: detection.get(Attr.detectionEventName),
    log_provider: detection.get(Attr.etwProviderName),
    labels: detection.get(Attr.ruleTags),
  });
  return {
    version: OCSF_VERSION,
    product: { name: 'Sigel', vendor_name: 'Sigel', version: VERSION },
    ...known,
  };
}

function infoOf(detection: LogRecord, time: number): ValueMap {
  const known = objectOf({
    desc: detection.get(Attr.securityRuleDescription),
    src_url: detection.get(Attr.securityRuleReference),
    analytic: analyticOf(detection),
    attacks: attacksOf(detection),
    related_events: relatedOf(detection),
    data_sources: listOf([detection.get(Attr.etwProviderName)]),
  });
  return {
    uid: detection.get(Attr.logRecordUid) ?? '',
    title: detection.get(Attr.securityRuleName) ?? String(detection.body),
    created_time: time,
    ...known,
  };
}

function analyticOf(detection: LogRecord): ValueMap | undefined {
  const uid = detection.get(Attr.securityRuleUuid);
  if (uid === undefined) return undefined;
  const known = objectOf({
    name: detection.get(Attr.securityRuleName),
    category: detection.get(Attr.securityRuleCategory),
    version: detection.get(Attr.securityRuleVersion),
  });
  return { uid, type_id: 1, type: 'Rule', ...known };
}

/** One for each tactic and technique: which belong together the tags of a rule do not say. */
function attacksOf(detection: LogRecord): readonly Value[] | undefined {
  const names = detection.get(Attr.threatTacticNames) ?? [];
  const tactics = (detection.get(Attr.threatTacticIds) ?? []).map((uid, i) => ({
    tactic: objectOf({ uid, name: names[i] }) ?? {},
  }));
  const techniques = (detection.get(Attr.threatTechniqueIds) ?? []).map((uid) => ({ technique: { uid } }));
  const subtechniques = (detection.get(Attr.threatSubtechniqueIds) ?? []).map((uid) => ({
    technique: { uid: uid.split('.')[0] ?? uid },
    sub_technique: { uid },
  }));
  return listOf([...tactics, ...techniques, ...subtechniques]);
}

/** The event that fired the rule, or those that a correlation counted. */
function relatedOf(detection: LogRecord): readonly Value[] | undefined {
  const correlated = detection.get(Attr.correlationEvents);
  if (correlated !== undefined) return listOf(correlated.map((uid) => ({ uid })));
  const uid = detection.get(Attr.detectionEventUid);
  return uid === undefined
    ? undefined
    : listOf([objectOf({ uid, type: detection.get(Attr.detectionEventName) })]);
}
