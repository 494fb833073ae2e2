/** What tags of a rule say in terms of MITRE ATT&CK. */
export interface Attack {
  readonly tacticIds: readonly string[];
  readonly tacticNames: readonly string[];
  readonly techniqueIds: readonly string[];
  readonly subtechniqueIds: readonly string[];
}

// MITRE ATT&CK, Enterprise: the tactics by the names that Sigma's tags use, in the order of an attack.
const TACTICS: Readonly<Record<string, readonly [id: string, name: string]>> = {
  reconnaissance: ['TA0043', 'Reconnaissance'],
  'resource-development': ['TA0042', 'Resource Development'],
  'initial-access': ['TA0001', 'Initial Access'],
  execution: ['TA0002', 'Execution'],
  persistence: ['TA0003', 'Persistence'],
  'privilege-escalation': ['TA0004', 'Privilege Escalation'],
  // Renamed; older rules have the old name.
  'defense-evasion': ['TA0005', 'Defense Evasion'],
  stealth: ['TA0005', 'Stealth'],
  'credential-access': ['TA0006', 'Credential Access'],
  discovery: ['TA0007', 'Discovery'],
  'lateral-movement': ['TA0008', 'Lateral Movement'],
  collection: ['TA0009', 'Collection'],
  'command-and-control': ['TA0011', 'Command and Control'],
  exfiltration: ['TA0010', 'Exfiltration'],
  impact: ['TA0040', 'Impact'],
};

/** Reads `attack.*` tags: tactics by name, `t1059` and `t1059.001`. Others are no part of ATT&CK's matrix here. */
export function attackOf(tags: readonly string[]): Attack {
  const names = tags
    .filter((tag) => tag.startsWith('attack.'))
    .map((tag) => tag.slice(7).replaceAll('_', '-'));
  const tactics = names.flatMap((name) => (Object.hasOwn(TACTICS, name) ? [TACTICS[name] ?? ['', '']] : []));
  const techniques = names
    .filter((name) => /^t\d{4}(?:\.\d{3})?$/.test(name))
    .map((name) => name.toUpperCase());
  return {
    tacticIds: tactics.map(([id = '']) => id),
    tacticNames: tactics.map(([, name = '']) => name),
    techniqueIds: [...new Set(techniques.map((id) => id.slice(0, 5)))],
    subtechniqueIds: techniques.filter((id) => id.includes('.')),
  };
}
