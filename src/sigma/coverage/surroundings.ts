import type { CheckedConfig } from '../../config/checked.ts';
import type { SessionsConfig } from '../../windows/live/sessions_config.ts';
import { presetSessions } from '../../windows/sessions/preset_sessions.ts';
import { PRESETS } from '../../windows/sessions/presets.ts';
import { channelsOfServices } from '../event_log/channels.ts';
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

const EVENT_LOG = 'windows_event_log';

interface EventLogConfig {
  readonly services: 'all' | readonly string[];
  readonly channels: readonly { readonly name: string }[];
}

/** What a node gives by default: the preset `security` and the `process` processor. */
export function defaultSurroundings(): Surroundings {
  return {
    eventNames: recordedNames(PRESETS.security.sessions),
    channels: new Set(),
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
    channels: channelsReadBy(config, receivers),
    provenances,
    without: new Set([
      ...(hashes ? [] : HASHES),
      ...(signatures ? [] : SIGNATURES),
      ...(kernelLogger ? [] : KERNEL_LOGGER),
    ]),
  };
}

/** The same with all facts of files. */
export function withFileFacts(surroundings: Surroundings): Surroundings {
  const made = new Set([...HASHES, ...SIGNATURES]);
  return {
    ...surroundings,
    provenances: new Set([...surroundings.provenances, 'file']),
    without: new Set([...surroundings.without].filter((name) => !made.has(name))),
  };
}

const NO_ETW: ReadonlySet<string> = new Set(['containerd', EVENT_LOG]);

function channelsReadBy(config: CheckedConfig, receivers: ReadonlySet<string>): ReadonlySet<string> {
  const names: string[] = [];
  for (const id of receivers) {
    const receiver = config.receivers.get(id);
    if (receiver?.definition.type !== EVENT_LOG) continue;
    // As the receiver's schema has checked it.
    const { services, channels } = receiver.config as unknown as EventLogConfig;
    names.push(...channelsOfServices(services), ...channels.map(({ name }) => name));
  }
  return new Set(names.map((name) => name.toLowerCase()));
}

function recordedBy(
  config: CheckedConfig,
  receivers: ReadonlySet<string>,
): readonly RecordedSession[] | 'all' {
  const recorded: RecordedSession[] = [];
  for (const id of receivers) {
    const receiver = config.receivers.get(id);
    // What connectors hand on came from a receiver; records of these are none of ETW.
    if (receiver === undefined || NO_ETW.has(receiver.definition.type)) continue;
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
