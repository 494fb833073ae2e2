/** Writes a text as UTF-16 with a NUL at its end; returns the offset behind it. The caller has made room. */
export function writeWide(view: DataView, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) view.setUint16(at + 2 * i, text.charCodeAt(i), true);
  view.setUint16(at + 2 * text.length, 0, true);
  return at + 2 * text.length + 2;
}

/** The UTF-16 text at an offset, up to its NUL or `end`; undefined when it does not stand between the bounds. */
export function readWide(view: DataView, at: number, first: number, end: number): string | undefined {
  if (at < first || at % 2 !== 0 || at + 2 > end || end > view.byteLength) return undefined;
  const units: number[] = [];
  for (let i = at; i + 2 <= end; i += 2) {
    const unit = view.getUint16(i, true);
    if (unit === 0) break;
    units.push(unit);
  }
  return String.fromCharCode(...units);
}
