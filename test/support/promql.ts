/** What a query in PromQL asks for. */
export interface Asked {
  /** Metrics with the labels that they are matched by. */
  readonly metrics: readonly { readonly name: string; readonly labels: readonly string[] }[];
  /** Labels that results are grouped or joined by. */
  readonly grouping: readonly string[];
}

const TOKEN = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|\d[\w.]*|[a-zA-Z_:][\w:]*|=~|!~|!=|\S/g;
const NAME = /^[a-zA-Z_:]/;
const GROUPING = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
const WORDS = new Set(['and', 'or', 'unless', 'offset', 'bool', 'inf', 'nan']);

/** Reads a query as far as its names go. Grafana's variables stand for what they would be. */
export function askedOf(query: string): Asked {
  const tokens: readonly string[] = query.replace(/\$\{?\w+(?::\w+)?\}?/g, '1').match(TOKEN) ?? [];
  const metrics: { name: string; labels: readonly string[] }[] = [];
  const grouping: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const [token = '', next] = [tokens[i], tokens[i + 1]];
    if (!NAME.test(token) || WORDS.has(token)) continue;
    if (GROUPING.has(token)) {
      const end = next === '(' ? tokens.indexOf(')', i) : i;
      grouping.push(...tokens.slice(i + 1, end).filter((name) => NAME.test(name)));
      i = end;
    } else if (next !== '(' && next !== 'by' && next !== 'without') {
      const end = next === '{' ? tokens.indexOf('}', i) : i;
      const labels = tokens.slice(i + 1, end).filter((name) => NAME.test(name));
      metrics.push({ name: token, labels });
      i = end;
    }
  }
  return { metrics, grouping };
}

/**
 * What a query asks for that is not there, in sentences. `emitted` has the labels of each metric, `added` those that
 * whoever scrapes adds, such as `instance`.
 */
export function missingIn(
  query: string,
  emitted: ReadonlyMap<string, ReadonlySet<string>>,
  added: readonly string[] = ['job', 'instance', 'node'],
): readonly string[] {
  const { metrics, grouping } = askedOf(query);
  const known = new Set(added);
  const problems: string[] = [];
  for (const { name, labels } of metrics) {
    const has = emitted.get(name);
    if (has === undefined) problems.push(`no metric ${name}`);
    for (const label of has ?? []) known.add(label);
    for (const label of labels)
      if (has?.has(label) === false && !added.includes(label)) problems.push(`${name} has no label ${label}`);
  }
  for (const label of grouping) if (!known.has(label)) problems.push(`no label ${label}`);
  return problems;
}
