import { RE2JS } from 're2js';
import { GenerationMap } from '../../src/etw/correlate/generation_map.ts';
import { valueOf } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { Value, ValueMap } from '../../src/model/value.ts';

/** A pattern that can be run, or why not. */
export type CompiledPattern =
  | { readonly kind: 'pattern'; readonly pattern: RE2JS }
  | { readonly kind: 'wrong'; readonly reason: string };

/** Compiles a pattern; one that matches the empty text would match everywhere, and is wrong. */
export function compilePattern(text: string): CompiledPattern {
  try {
    const pattern = RE2JS.compile(text);
    if (pattern.test(''))
      return { kind: 'wrong', reason: 'expected a pattern that needs at least one character' };
    return { kind: 'pattern', pattern };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'wrong', reason: `expected a regular expression as RE2 knows it: ${reason}` };
  }
}

/** Windows allows as many characters in a command line; replacements do not make it longer. */
const MAX_LENGTH = 32_767;
/** Command lines that are remembered with what came of them: a start, its exit and its rundown have the same. */
const REMEMBERED = 256;
const MAX_REMEMBERED_LENGTH = 2048;
/** A body quotes this much of an attribute (src/etw/record_body.ts). */
const QUOTED = 300;
const FAILED = '[not shown: redaction failed]';

interface Rule {
  readonly pattern: RE2JS;
  readonly replacement: string;
}

/** Takes out of command lines what the configuration names, wherever a record shows its command line. */
export class Redaction {
  readonly #rules: readonly Rule[];
  readonly #known = new GenerationMap<string, string>(REMEMBERED);

  /** Throws for a pattern that the configuration's check would have refused. */
  constructor(rules: readonly { readonly pattern: string; readonly replacement: string }[]) {
    this.#rules = rules.map(({ pattern, replacement }) => ({ pattern: RE2JS.compile(pattern), replacement }));
  }

  /** The record without it: in its command line, its body, and the payload where that is shown. */
  apply(record: LogRecord): LogRecord {
    if (this.#rules.length === 0) return record;
    const shown = valueOf(record.own, Attr.processCommandLine);
    if (shown === undefined) return record;
    const redacted = this.text(shown);
    return redacted === shown ? record : without(record, shown, redacted);
  }

  /** A command line after all rules. */
  text(commandLine: string): string {
    const known = this.#known.get(commandLine);
    if (known !== undefined) return known;
    const redacted = this.#run(commandLine);
    if (commandLine.length <= MAX_REMEMBERED_LENGTH) this.#known.set(commandLine, redacted);
    return redacted;
  }

  // Should a rule fail, the text is withheld rather than shown.
  #run(commandLine: string): string {
    let text = commandLine;
    try {
      for (const { pattern, replacement } of this.#rules) {
        const replaced = pattern.matcher(text).replaceAll(replacement);
        text = replaced.length > MAX_LENGTH ? replaced.slice(0, MAX_LENGTH) : replaced;
      }
    } catch {
      return FAILED;
    }
    return text;
  }
}

function without(record: LogRecord, shown: string, redacted: string): LogRecord {
  const { shape } = record.own;
  const values = record.own.values.slice();
  values[shape.indexOf(Attr.processCommandLine)] = redacted;
  const data = shape.indexOf(Attr.etwEventData);
  if (data >= 0) values[data] = replacedIn(values[data], shown, redacted);
  const { body } = record;
  const changed =
    typeof body === 'string' ? body.replaceAll(quoted(shown), () => quoted(redacted)) : (body as Value);
  return record.with({ own: { shape, values }, body: changed });
}

function replacedIn(data: Value | undefined, shown: string, redacted: string): Value | undefined {
  if (typeof data !== 'object' || Array.isArray(data) || data instanceof Uint8Array) return data;
  const map: Record<string, Value> = Object.create(null);
  for (const [name, value] of Object.entries(data as ValueMap))
    map[name] = value === shown ? redacted : value;
  return map;
}

function quoted(text: string): string {
  return text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
}
