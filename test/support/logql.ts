/**
 * The labels that a query in LogQL names and that records have to bring: in selectors and filters, groupings and templates,
 * without those it makes itself (`label_format`).
 */
export function labelsOf(query: string): ReadonlySet<string> {
  const labels = new Set<string>();
  const add = (pattern: RegExp, text: string) => {
    for (const [, name] of text.matchAll(pattern)) if (name !== undefined) labels.add(name);
  };
  // Templates first: what stands in them looks like labels, and so does what is quoted.
  add(/\.([a-z]\w*)/g, [...query.matchAll(/\{\{(.*?)\}\}/g)].map(([, inner]) => inner).join(' '));
  const bare = query.replaceAll(/`[^`]*`|"(?:[^"\\]|\\.)*"/g, '``');
  const made = new Set(Array.from(bare.matchAll(/label_format\s+(\w+)\s*=/g), ([, name]) => name));
  add(/(\w+)\s*(?:=~|!=|!~|=)/g, bare);
  for (const [, list = ''] of bare.matchAll(/\b(?:by|without)\s*\(([^)]*)\)/g)) add(/(\w+)/g, list);
  for (const name of made) if (name !== undefined) labels.delete(name);
  return labels;
}
