import type { LogRecord } from '../../model/log_record.ts';
import { flatRecord } from '../event_log/flat_record.ts';
import { CATEGORIES, SERVICES } from '../event_log/taxonomy.ts';
import type { LogsourceName } from '../logsource.ts';
import type { Scene } from './file.ts';

type Fields = Readonly<Record<string, unknown>>;

// The form of an event takes any field, these too: a file's own schema has told them apart.
type Repeated = Extract<Scene, { readonly repeat: number }>;

/** When the first event of a scene happens, in seconds since 1970. */
const START = 1_800_000_000;

/** The records of a scene, in the order of their time; of a rule's log source where they say no other. */
export function recordsOf(scene: Scene, logsource: LogsourceName | undefined): LogRecord[] {
  return eventsOf(scene).map(({ at, fields }) => recordOf(fields, at, logsource));
}

/** Events with the seconds since the first. */
function eventsOf(scene: Scene): { readonly at: number; readonly fields: Fields }[] {
  if ('sequence' in scene) return (scene.sequence as readonly Fields[]).map((fields, at) => ({ at, fields }));
  if (!('repeat' in scene)) return [{ at: 0, fields: scene }];
  const { repeat, every, vary, each = {}, ...fields } = scene as Repeated;
  const step = Number.parseInt(every, 10) * (every.endsWith('m') ? 60 : 1);
  return Array.from({ length: repeat }, (_, i) => {
    const own: Record<string, unknown> = { ...fields };
    if (vary !== undefined) own[vary] = String(own[vary]).replace('%', String(i));
    for (const [name, values] of Object.entries(each)) own[name] = values[i % values.length];
    return { at: i * step, fields: own };
  });
}

function recordOf(fields: Fields, at: number, logsource: LogsourceName | undefined): LogRecord {
  const { category = logsource?.category, ...rest } = fields;
  const service = SERVICES[logsource?.service ?? ''];
  const [kind] = CATEGORIES[String(category)] ?? [{ channel: service?.[0] ?? '', ids: [] }];
  const head = { Channel: kind?.channel, EventID: kind?.ids?.[0] };
  return flatRecord({ ...head, ...rest }, [START + at, 0]);
}
