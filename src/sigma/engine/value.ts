import type { FieldValue } from '../logsource.ts';
import type { TimePart } from '../rule/expression.ts';

/** The texts that a value is compared as: one, or those of a list. A number is its decimal text. */
export function textsOf(value: FieldValue): readonly string[] {
  if (typeof value !== 'object') return [String(value)];
  return isTexts(value) ? value : value.map(String);
}

function isTexts(values: readonly (string | number)[]): values is readonly string[] {
  return values.every((value) => typeof value === 'string');
}

/** The number that a text is, in decimal or with 0x; undefined for any other text. */
export function numberOf(text: string): number | undefined {
  if (text.length > 64 || !/^\s*[-+]?(?:0x[\da-f]+|\d+(?:\.\d+)?(?:e[-+]?\d+)?)\s*$/i.test(text))
    return undefined;
  const number = Number(text);
  return Number.isNaN(number) ? undefined : number;
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?)?(Z|[-+]\d\d:?\d\d)?$/;

/** A part of an ISO 8601 time, taken in UTC (as it is where no zone is given); undefined for any other text. */
export function timePartOf(text: string, part: TimePart): number | undefined {
  const match = text.length > 40 ? null : TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = 'Z'] = match;
  const colon = zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${colon}`);
  if (Number.isNaN(time.getTime())) return undefined;
  switch (part) {
    case 'minute':
      return time.getUTCMinutes();
    case 'hour':
      return time.getUTCHours();
    case 'day':
      return time.getUTCDate();
    case 'week':
      return isoWeek(time);
    case 'month':
      return time.getUTCMonth() + 1;
    case 'year':
      return time.getUTCFullYear();
  }
}

/** The week belongs to the year that its Thursday is in. */
function isoWeek(time: Date): number {
  const thursday = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.ceil(((thursday.getTime() - first) / 86_400_000 + 1) / 7);
}
