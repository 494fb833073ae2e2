import type { SeverityNumber } from '@opentelemetry/api';
import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { accountPart, domainPart, field } from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';

const THREAT = [
  field('ThreatName', Attr.defenderThreat),
  field('ThreatID', Attr.defenderThreatId),
  field('SeverityName', Attr.defenderSeverity),
  field('CategoryName', Attr.defenderCategory),
  field('DetectionID', Attr.defenderDetectionId),
  field(['Path', 'PathFound'], Attr.defenderPath),
  field(['DetectionUser', 'User'], Attr.userName, accountPart),
];
const DOMAIN = field('Domain', Attr.userDomain);
const ACCOUNT = field('DetectionUser', Attr.userDomain, domainPart);
const FOUND = [
  field(['SourceName', 'DetectionSource'], Attr.defenderSource),
  field('ProcessName', Attr.defenderProcess),
];
const ACTION = field(['ActionName', 'CleaningAction'], Attr.defenderAction);
const RULE = [
  field('ID', Attr.defenderRule),
  field('Path', Attr.defenderPath),
  field('ProcessName', Attr.defenderProcess),
  field('User', Attr.userName, accountPart),
  field('User', Attr.userDomain, domainPart),
];

const av = (
  name: string,
  severity: SeverityNumber,
  words: string,
  fields: readonly FieldMapping[],
): EventMapping => ({
  eventName: `av.${name}`,
  severity,
  body: `Windows Defender ${words}`,
  fields,
});
const FINDS = 'finds {windows.defender.threat.name} in {windows.defender.path}';
const ACTS = 'acts on {windows.defender.threat.name}: {windows.defender.action}';
const off = (what: string): EventMapping =>
  av('protection.disable', Severity.warn, `${what} was switched off`, []);

const NOTES = `process.pid is Defender's own service, which logs; the process that touched the file is \`windows.defender.process\`.`;

/** Microsoft-Windows-Windows Defender. */
export const windowsDefender: ProviderMapping = {
  guid: '11cd958a-c507-4ef3-b3f2-5fd9dfbd2c78',
  name: 'Microsoft-Windows-Windows Defender',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    1006: av('detection', Severity.warn, FINDS, [...THREAT, DOMAIN, ...FOUND]),
    1007: av('remediation', Severity.info, ACTS, [...THREAT, DOMAIN, ACTION]),
    1015: av('detection', Severity.warn, FINDS, [...THREAT, DOMAIN, ...FOUND]),
    1116: av('detection', Severity.warn, FINDS, [...THREAT, ACCOUNT, ...FOUND, ACTION]),
    1117: av('remediation', Severity.info, ACTS, [...THREAT, ACCOUNT, ...FOUND, ACTION]),
    1118: av('remediation.fail', Severity.warn, ACTS, [
      ...THREAT,
      ACCOUNT,
      ...FOUND,
      ACTION,
      field('ErrorDescription', Attr.errorMessage),
    ]),
    1119: av('remediation.fail', Severity.warn, ACTS, [
      ...THREAT,
      ACCOUNT,
      ...FOUND,
      ACTION,
      field('ErrorDescription', Attr.errorMessage),
    ]),
    1121: av(
      'rule.block',
      Severity.warn,
      'blocks by rule {windows.defender.rule_id}: {windows.defender.path}',
      RULE,
    ),
    1122: av(
      'rule.audit',
      Severity.info,
      'would block by rule {windows.defender.rule_id}: {windows.defender.path}',
      RULE,
    ),
    5001: off('real-time protection'),
    5007: av('config.change', Severity.info, 'setting changed: {windows.defender.setting.new}', [
      field('OldValue', Attr.defenderOldValue),
      field('NewValue', Attr.defenderNewValue),
    ]),
    5010: off('scanning for spyware'),
    5012: off('scanning for viruses'),
  },
};
