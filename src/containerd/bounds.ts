/** containerd allows 76 characters in an identifier; other runtimes' managers have been seen to allow more. */
const MAX_ID = 128;
const ID = /^[\w.-]+$/;
/** containerd's bound of a label, name and value together. */
const MAX_LABEL = 4096;
/** Kubernetes has no bound for their number but that of a whole object. */
const MAX_LABELS = 256;
/** A path or name that is kept. */
const MAX_TEXT = 512;

/** Whether a text can be the id of a container, an exec or a namespace. */
export function isId(text: string): boolean {
  return text.length <= MAX_ID && ID.test(text);
}

/** A name as it stands, or undefined when it is empty or longer than any name. */
export function boundedText(text: unknown): string | undefined {
  return typeof text === 'string' && text !== '' && text.length <= MAX_TEXT ? text : undefined;
}

/** Labels that are texts of a possible size, as many as are kept at most. */
export function boundedLabels(labels: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const kept = new Map<string, string>();
  for (const [name, value] of Object.entries(labels)) {
    if (kept.size >= MAX_LABELS) break;
    if (typeof value === 'string' && name !== '' && name.length + value.length <= MAX_LABEL)
      kept.set(name, value);
  }
  return kept;
}
