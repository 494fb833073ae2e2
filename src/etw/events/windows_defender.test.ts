import { type MappedRow, testMappingRows } from '../../../test/support/mapped.ts';
import { windowsDefender } from './windows_defender.ts';

const threat = {
  DetectionID: '{1}',
  ThreatID: '42',
  ThreatName: 'Trojan:X',
  SeverityName: 'Severe',
  CategoryName: 'Trojan',
};
const threatTold = {
  'windows.defender.threat.name': 'Trojan:X',
  'windows.defender.threat.id': '42',
  'windows.defender.threat.severity': 'Severe',
  'windows.defender.threat.category': 'Trojan',
  'windows.defender.detection_id': '{1}',
  'windows.defender.path': 'file:_C:\\x.exe',
  'user.name': 'amy',
  'user.domain': 'CORP',
};
const older = {
  ...threat,
  Domain: 'CORP',
  User: 'amy',
  PathFound: 'file:_C:\\x.exe',
  DetectionSource: 'Real-Time',
  ProcessName: 'C:\\p.exe',
};
const newer = {
  ...threat,
  Path: 'file:_C:\\x.exe',
  DetectionUser: 'CORP\\amy',
  SourceName: 'Real-Time',
  ProcessName: 'C:\\p.exe',
  ActionName: 'Quarantine',
  ErrorDescription: 'no',
};
const found = {
  ...threatTold,
  'windows.defender.source': 'Real-Time',
  'windows.defender.process': 'C:\\p.exe',
};
const acted = { ...found, 'windows.defender.action': 'Quarantine' };
const FINDS = 'Windows Defender finds Trojan:X in file:_C:\\x.exe';
const ACTS = 'Windows Defender acts on Trojan:X: Quarantine';
const rule = { ID: 'r1', User: 'CORP\\amy', Path: 'C:\\x.js', ProcessName: 'C:\\p.exe' };
const ruleTold = {
  'windows.defender.rule_id': 'r1',
  'windows.defender.path': 'C:\\x.js',
  'windows.defender.process': 'C:\\p.exe',
  'user.name': 'amy',
  'user.domain': 'CORP',
};
const off = (event: number, what: string): MappedRow => [
  event,
  { ProductName: 'Defender' },
  'av.protection.disable',
  13,
  `Windows Defender ${what} was switched off`,
  {},
];

testMappingRows(windowsDefender, [
  [1006, older, 'av.detection', 13, FINDS, found],
  [
    1007,
    { ...threat, Domain: 'CORP', User: 'amy', Path: 'file:_C:\\x.exe', CleaningAction: 'Quarantine' },
    'av.remediation',
    9,
    ACTS,
    { ...threatTold, 'windows.defender.action': 'Quarantine' },
  ],
  [1015, older, 'av.detection', 13, FINDS, found],
  [1116, newer, 'av.detection', 13, FINDS, acted],
  [1117, newer, 'av.remediation', 9, ACTS, acted],
  [1118, newer, 'av.remediation.fail', 13, ACTS, { ...acted, 'error.message': 'no' }],
  [1119, newer, 'av.remediation.fail', 13, ACTS, { ...acted, 'error.message': 'no' }],
  [1121, rule, 'av.rule.block', 13, 'Windows Defender blocks by rule r1: C:\\x.js', ruleTold],
  [1122, rule, 'av.rule.audit', 9, 'Windows Defender would block by rule r1: C:\\x.js', ruleTold],
  off(5001, 'real-time protection'),
  off(5010, 'scanning for spyware'),
  off(5012, 'scanning for viruses'),
  [
    5007,
    { OldValue: 'a', NewValue: 'b' },
    'av.config.change',
    9,
    'Windows Defender setting changed: b',
    { 'windows.defender.setting.old': 'a', 'windows.defender.setting.new': 'b' },
  ],
]);
