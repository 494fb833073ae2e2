/** `1 rule`, `2,855 rules`: a number and what it counts, for a person. `more` where the plural is not an s more. */
export function counted(n: number, one: string, more = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : more}`;
}
