/** 12,345. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Something per second: 0, 0.4, 12, 3,400. */
export function rate(value: number): string {
  return value > 0 && value < 10 ? value.toFixed(1) : count(value);
}

/** 1.5 MiB. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  const scaled = value / 1024 ** power;
  return `${scaled < 10 && power > 0 ? scaled.toFixed(1) : count(scaled)} ${units[power]}`;
}

/** Of seconds: 42 s, 3 min, 2 h 5 min, 4 d 3 h. */
export function duration(seconds: number): string {
  const [s, min, h, d] = [seconds, seconds / 60, seconds / 3600, seconds / 86_400].map(Math.floor);
  if (d !== undefined && d > 0) return `${d} d ${(h ?? 0) % 24} h`;
  if (h !== undefined && h > 0) return `${h} h ${(min ?? 0) % 60} min`;
  return min !== undefined && min > 0 ? `${min} min` : `${s} s`;
}

/** Of seconds of work: 12 ms, 340 µs, 1.25 s. */
export function shortTime(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  return seconds >= 1e-3 ? `${count(seconds * 1e3)} ms` : `${count(seconds * 1e6)} µs`;
}
