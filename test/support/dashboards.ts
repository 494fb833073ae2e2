import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', '..', 'docker', 'grafana', 'dashboards');

/** What a panel, or a variable of a dashboard, asks a data source. */
export interface Query {
  /** Where it stands: the dashboard's file and the panel's title. */
  readonly where: string;
  /** The type of the data source: `prometheus`, `loki`, `jaeger`. */
  readonly source: string;
  readonly text: string;
}

interface Source {
  readonly type?: string;
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: Source;
  readonly targets?: readonly { readonly expr?: string; readonly datasource?: Source }[];
  readonly panels?: readonly Panel[];
}
interface Variable {
  readonly name: string;
  readonly type: string;
  readonly datasource?: Source;
  readonly definition?: string;
}

/** A dashboard of Grafana as it lies in docker/grafana/dashboards. */
export interface Dashboard {
  readonly file: string;
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
}

/** All dashboards. */
export function dashboards(): readonly Dashboard[] {
  return globSync('*.json', { cwd: FOLDER }).map((file) => {
    const { uid, title, panels, templating } = JSON.parse(
      readFileSync(join(FOLDER, file), 'utf8'),
    ) as Dashboard;
    return { file, uid, title, panels, templating };
  });
}

/** What a dashboard asks, by its panels and variables. */
export function queriesOf({ file, panels, templating }: Dashboard): readonly Query[] {
  const asked = allOf(panels).flatMap(({ title, datasource, targets = [] }) =>
    targets.map((target) => ({
      where: `${file}: ${title}`,
      source: target.datasource?.type ?? datasource?.type ?? '',
      text: target.expr ?? '',
    })),
  );
  const variables = templating.list
    .filter(({ type }) => type === 'query')
    .map(({ name, datasource, definition = '' }) => ({
      where: `${file}: $${name}`,
      source: datasource?.type ?? '',
      // label_values(metric{...}, label): a query, and a label as in a grouping.
      text: definition.replace(/^label_values\((.*), *(\w+)\)$/, 'max by ($2) ($1)'),
    }));
  return [...asked, ...variables];
}

/** What is wrong with a dashboard whatever it asks, in sentences. */
export function shapeProblems({ file, uid, title, panels }: Dashboard): readonly string[] {
  const problems: string[] = [];
  const say = (problem: string) => problems.push(`${file}: ${problem}`);
  if (!uid.startsWith('sigel-') || title === '') say('no uid that begins with sigel-, or no title');
  const all = allOf(panels);
  if (new Set(all.map(({ id }) => id)).size !== all.length) say('two panels have one id');
  for (const [i, panel] of all.entries()) {
    const { x, w } = panel.gridPos;
    if (x + w > 24) say(`${panel.title} is wider than the page`);
    if (all.slice(i + 1).some((other) => overlap(panel, other))) say(`${panel.title} lies over another`);
    if ((panel.title ?? '') === '') say(`panel ${panel.id} has no title`);
    if (panel.type === 'row') continue;
    if ((panel.description ?? '') === '') say(`${panel.title} does not say what it shows`);
    if (panel.type !== 'text' && (panel.targets ?? []).length === 0) say(`${panel.title} asks nothing`);
  }
  return problems;
}

function allOf(panels: readonly Panel[]): readonly Panel[] {
  return panels.flatMap((panel) => [panel, ...allOf(panel.panels ?? [])]);
}

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
