import type { LogFacts } from './logger.ts';

/** The levels of diagnostics, least severe first. */
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** One entry of Sigel's own diagnostics. */
export interface Entry {
  readonly time: Date;
  readonly level: Level;
  readonly message: string;
  readonly facts: LogFacts;
}

/** For people: `2026-10-02T12:00:00.000Z warn  records dropped cause=refused records=512`. */
export function consoleLine({ time, level, message, facts }: Entry): string {
  const pairs = Object.entries(facts).map(
    ([name, value]) => ` ${name}=${typeof value === 'string' ? quoted(value) : value}`,
  );
  return `${time.toISOString()} ${level.padEnd(5)} ${plain(message)}${pairs.join('')}\n`;
}

/** For machines, with the names of the Collector's JSON encoding. */
export function jsonLine({ time, level, message, facts }: Entry): string {
  return `${JSON.stringify({ ...facts, level, ts: time.toISOString(), msg: message })}\n`;
}

/** Quotes a value that would not be read back as one word. JSON escapes control characters. */
function quoted(value: string): string {
  return /^[^\s"=\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value).replace(/\p{Cc}/gu, escape);
}

/** Messages may name files and other things from outside: no control character reaches the terminal. */
function plain(message: string): string {
  return message.replace(/\p{Cc}/gu, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
