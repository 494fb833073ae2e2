import { PRESETS, type SessionSpec } from '../src/windows/sessions/presets.ts';
import type { ProviderSpec } from '../src/windows/sessions/provider_spec.ts';
import { table } from './table.ts';

/** docs/presets.md: what each preset of the `etw` receiver reads. */
export function presetsDoc(): string {
  const presets = Object.entries(PRESETS).map(([name, { docs, sessions }]) =>
    [`## ${name}\n\n${docs}\n`, ...sessions.map(sessionText)].join('\n'),
  );
  return [
    '# Presets of the etw receiver\n\nGenerated from src/windows/sessions/presets.ts by `npm run generate`.\n',
    ...presets,
  ].join('\n');
}

function sessionText({ name, shed, kernel, providers }: SessionSpec): string {
  const order = shed === 'last' ? 'loses events last' : 'loses events first';
  const logger = kernel.length === 0 ? '' : ` Kernel logger: ${kernel.map(code).join(', ')}.`;
  const head = ['Provider', 'Level', 'Keywords', 'Event ids', 'Added'];
  return `Session ${code(name)}, which ${order}.${logger}\n\n${table(head, providers.map(row))}`;
}

function row(spec: ProviderSpec): string[] {
  const { provider, level, keywords_any: keywords, event_ids: ids, properties, capture_state: state } = spec;
  const added = Object.entries(properties)
    .filter(([, wanted]) => wanted === true)
    .map(([name]) => code(name));
  return [
    provider,
    level,
    keywords.length === 0 ? 'all' : keywords.map(code).join(', '),
    ids?.include?.join(', ') ?? 'all',
    [...added, ...(state ? ['state at the start'] : [])].join(', '),
  ];
}

function code(text: string): string {
  return `\`${text}\``;
}
