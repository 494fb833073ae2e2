import type { CheckedConfig } from '../../config/checked.ts';
import { sessionsConfig } from '../../windows/live/sessions_config.ts';
import { presetSessions } from '../../windows/sessions/preset_sessions.ts';
import { PRESETS } from '../../windows/sessions/presets.ts';
import type { Provenance } from '../logsource.ts';
import type { Surroundings } from './coverage.ts';
import { recordedNames } from './recorded.ts';

const TOLD: readonly Provenance[] = ['event', 'inferred'];

/** What a node gives by default: the preset `security` and the `process` processor. */
export function defaultSurroundings(): Surroundings {
  return {
    eventNames: recordedNames(PRESETS.security.sessions),
    provenances: new Set([...TOLD, 'process']),
    hashes: false,
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
  return { eventNames: namesOf(config, receivers), provenances, hashes };
}

/** The same with all facts of files. */
export function withFileFacts({ eventNames, provenances }: Surroundings): Surroundings {
  return { eventNames, provenances: new Set([...provenances, 'file']), hashes: true };
}

function namesOf(config: CheckedConfig, receivers: ReadonlySet<string>): Surroundings['eventNames'] {
  const names = new Set<string>();
  for (const id of receivers) {
    const receiver = config.receivers.get(id);
    // What connectors hand on came from a receiver; containerd's records are none of ETW.
    if (receiver === undefined || receiver.definition.type === 'containerd') continue;
    // Recordings hold whatever was recorded.
    if (receiver.definition.type !== 'etw') return 'all';
    const sessions = sessionsConfig.safeParse(
      Object.fromEntries(Object.entries(receiver.config).filter(([key]) => key in sessionsConfig.shape)),
    );
    if (!sessions.success) continue;
    const { preset, include, exclude } = sessions.data;
    const fromPreset = preset === undefined ? [] : presetSessions(preset, include, exclude).sessions;
    for (const name of recordedNames([...fromPreset, ...sessions.data.sessions])) names.add(name);
  }
  return names;
}
