import type { CheckedConfig } from '../../config/checked.ts';
import type { SessionsConfig } from '../../windows/live/sessions_config.ts';
import { presetSessions } from '../../windows/sessions/preset_sessions.ts';
import { PRESETS } from '../../windows/sessions/presets.ts';
import type { Provenance } from '../logsource.ts';
import type { Surroundings } from './coverage.ts';
import { type RecordedSession, recordedNames } from './recorded.ts';

const TOLD: readonly Provenance[] = ['event', 'inferred'];
/** What `file_facts` makes only where it is told to. */
const HASHES = ['Hashes', 'md5', 'sha1', 'sha256', 'Imphash'];
/** The same, on Windows alone. */
const SIGNATURES = ['Signed', 'Signature', 'SignatureStatus'];
/** What the kernel logger alone tells of processes. */
const KERNEL_LOGGER = [
  'CommandLine',
  'ParentCommandLine',
  'SourceCommandLine',
  'User',
  'ParentUser',
  'SourceUser',
  'LogonId',
];

/** What a node gives by default: the preset `security` and the `process` processor. */
export function defaultSurroundings(): Surroundings {
  return {
    eventNames: recordedNames(PRESETS.security.sessions),
    provenances: new Set([...TOLD, 'process']),
    without: new Set([...HASHES, ...SIGNATURES]),
  };
}

/** What the pipelines of a configuration give: events by its receivers, facts by its processors. */
export function surroundingsOf(config: CheckedConfig): Surroundings {
  const used = config.pipelines.filter(({ signal }) => signal === 'logs');
  const receivers = new Set(used.flatMap((pipeline) => pipeline.receivers));
  const processors = used
    .flatMap((pipeline) => pipeline.processors)
    .flatMap((id) => config.processors.get(id) ?? []);
  const ofType = (type: string) => processors.filter(({ definition }) => definition.type === type);
  const provenances = new Set(TOLD);
  if (ofType('process').length > 0) provenances.add('process');
  const facts = ofType('file_facts');
  if (facts.length > 0) provenances.add('file');
  const hashes = facts.some(({ config: { hashes: wanted } }) => Array.isArray(wanted) && wanted.length > 0);
  const signatures = facts.some(({ config: { signatures: wanted } }) => wanted === true);
  const recorded = recordedBy(config, receivers);
  const kernelLogger = recorded === 'all' || recorded.some(({ kernel }) => kernel.includes('process'));
  return {
    eventNames: recorded === 'all' ? 'all' : recordedNames(recorded),
    provenances,
    without: new Set([
      ...(hashes ? [] : HASHES),
      ...(signatures ? [] : SIGNATURES),
      ...(kernelLogger ? [] : KERNEL_LOGGER),
    ]),
  };
}

/** The same with all facts of files. */
export function withFileFacts({ eventNames, provenances, without }: Surroundings): Surroundings {
  const made = new Set([...HASHES, ...SIGNATURES]);
  return {
    eventNames,
    provenances: new Set([...provenances, 'file']),
    without: new Set([...without].filter((name) => !made.has(name))),
  };
}

function recordedBy(
  config: CheckedConfig,
  receivers: ReadonlySet<string>,
): readonly RecordedSession[] | 'all' {
  const recorded: RecordedSession[] = [];
  for (const id of receivers) {
    const receiver = config.receivers.get(id);
    // What connectors hand on came from a receiver; containerd's records are none of ETW.
    if (receiver === undefined || receiver.definition.type === 'containerd') continue;
    // Recordings hold whatever was recorded.
    if (receiver.definition.type !== 'etw') return 'all';
    recorded.push(...sessionsOf(receiver.config));
  }
  return recorded;
}

// The receiver's schema, which parsed this, is made of that of sessions.
function sessionsOf(config: Readonly<Record<string, unknown>>): readonly RecordedSession[] {
  const { preset, include, exclude, sessions } = config as unknown as SessionsConfig;
  return [...(preset === undefined ? [] : presetSessions(preset, include, exclude).sessions), ...sessions];
}
