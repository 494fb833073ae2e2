/** The two parts of a component's or pipeline's id. */
export interface Id {
  readonly type: string;
  /** Empty in an id without a name. */
  readonly name: string;
}

const TYPE = /^[A-Za-z][0-9A-Za-z_]{0,62}$/;
// The Collector's rule: anything but white space, control characters and some marks.
const NAME = /^[^\s\p{Cc}/]{1,1024}$/u;

/** Reads `type[/name]`, or undefined when it is no id. */
export function parseId(text: string): Id | undefined {
  const slash = text.indexOf('/');
  const type = slash < 0 ? text : text.slice(0, slash);
  const name = slash < 0 ? '' : text.slice(slash + 1);
  if (!TYPE.test(type) || (slash >= 0 && !NAME.test(name))) return undefined;
  return { type, name };
}

/** Writes an id. */
export function formatId({ type, name }: Id): string {
  return name === '' ? type : `${type}/${name}`;
}
