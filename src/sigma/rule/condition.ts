import type { Range } from '../../config/source.ts';
import { suggest } from '../../config/suggest.ts';
import { and, type Expression, not, or } from './expression.ts';
import { type Issues, RULE_LIMITS } from './issue.ts';

/**
 * The grammar of a condition, as the specification has it; `not` binds closest, then `and`, then `or`:
 *
 *     or    = and { "or" and }
 *     and   = not { "and" not }
 *     not   = "not" not | "(" or ")" | count | NAME
 *     count = ( "1" | "any" | "all" ) "of" ( "them" | NAME with * )
 */
interface Parser<T> {
  readonly tokens: readonly Token[];
  readonly names: ReadonlyMap<string, Expression<T>>;
  readonly issues: Issues;
  readonly range: Range;
  next: number;
  depth: number;
}

interface Token {
  readonly text: string;
  readonly offset: number;
}

/** A condition over named expressions as one expression; undefined where something is wrong with it. */
export function readCondition<T>(
  condition: string,
  range: Range,
  names: ReadonlyMap<string, Expression<T>>,
  issues: Issues,
): Expression<T> | undefined {
  if (condition.includes('|')) {
    const hint = 'write a correlation document instead';
    return issues.add('condition_syntax', range, 'aggregations with "|" are of Sigma 1', hint);
  }
  const tokens = [...condition.matchAll(/[()]|[^\s()]+/g)].map((match) => ({
    text: match[0],
    offset: match.index,
  }));
  if (tokens.length > RULE_LIMITS.tokens) {
    return issues.add('too_large', range, `a condition of more than ${RULE_LIMITS.tokens} words`);
  }
  const parser: Parser<T> = { tokens, names, issues, range, next: 0, depth: 0 };
  const read = readOr(parser);
  const rest = tokens[parser.next];
  if (read === undefined || rest === undefined) return read;
  return fail(parser, rest, `expected "and" or "or" before "${rest.text}"`);
}

function readOr<T>(p: Parser<T>): Expression<T> | undefined {
  return readChain(p, 'or', () => readChain(p, 'and', () => readNot(p)));
}

function readChain<T>(
  p: Parser<T>,
  word: 'and' | 'or',
  part: () => Expression<T> | undefined,
): Expression<T> | undefined {
  const parts = [part()];
  while (parts.at(-1) !== undefined && isWord(p.tokens[p.next], word)) {
    p.next++;
    parts.push(part());
  }
  const read = parts.filter((one) => one !== undefined);
  if (read.length < parts.length) return undefined;
  return word === 'and' ? and(read) : or(read);
}

function readNot<T>(p: Parser<T>): Expression<T> | undefined {
  const token = p.tokens[p.next++];
  if (token === undefined) return fail(p, p.tokens.at(-1), 'the condition ends too early');
  if (++p.depth > RULE_LIMITS.nesting) return fail(p, token, `more than ${RULE_LIMITS.nesting} levels`);
  const read = readTerm(p, token);
  p.depth--;
  return read;
}

function readTerm<T>(p: Parser<T>, token: Token): Expression<T> | undefined {
  if (isWord(token, 'not')) {
    const of = readNot(p);
    return of === undefined ? undefined : not(of);
  }
  if (token.text === '(') return readGroup(p, token);
  if (isWord(p.tokens[p.next], 'of')) return readCount(p, token);
  if (token.text === ')' || isWord(token, 'and') || isWord(token, 'or')) {
    return fail(p, token, `expected a name before "${token.text}"`);
  }
  return p.names.get(token.text) ?? unknown(p, token);
}

function readGroup<T>(p: Parser<T>, open: Token): Expression<T> | undefined {
  const read = readOr(p);
  if (read === undefined) return undefined;
  if (p.tokens[p.next]?.text === ')') {
    p.next++;
    return read;
  }
  return fail(p, open, 'this parenthesis is not closed');
}

function readCount<T>(p: Parser<T>, count: Token): Expression<T> | undefined {
  const what = p.tokens[p.next + 1];
  p.next += 2;
  if (!/^(?:1|any|all)$/i.test(count.text)) return fail(p, count, `expected "1 of", "any of" or "all of"`);
  if (what === undefined || what.text === '(' || what.text === ')') {
    return fail(p, what ?? count, 'expected "them" or a name with *');
  }
  const chosen = isWord(what, 'them') ? notHidden(p.names) : fitting(p.names, what.text);
  if (chosen.length === 0) return unknown(p, what);
  return isWord(count, 'all') ? and(chosen) : or(chosen);
}

/** Names with a leading underscore are meant for use by name alone. */
function notHidden<T>(names: ReadonlyMap<string, Expression<T>>): Expression<T>[] {
  return [...names].filter(([name]) => !name.startsWith('_')).map(([, expression]) => expression);
}

function fitting<T>(names: ReadonlyMap<string, Expression<T>>, pattern: string): Expression<T>[] {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*');
  // A hostile pattern could make this slow, were it not that names are short and few.
  if (source.split('.*').length > 8) return [];
  const regex = new RegExp(`^${source}$`, 's');
  return [...names]
    .filter(([name]) => name.length <= 256 && regex.test(name))
    .map(([, expression]) => expression);
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.text.toLowerCase() === word;
}

function unknown<T>(p: Parser<T>, { text, offset }: Token): undefined {
  const hint = suggest(text, p.names.keys(), 'there are');
  return p.issues.add(
    'unknown_identifier',
    rangeAt(p, text, offset),
    `nothing here is called "${text}"`,
    hint,
  );
}

function fail<T>(p: Parser<T>, token: Token | undefined, message: string): undefined {
  return p.issues.add('condition_syntax', rangeAt(p, token?.text ?? '', token?.offset ?? 0), message);
}

/** Where a word stands, as long as the condition is written plainly on one line. */
function rangeAt({ range }: { readonly range: Range }, text: string, offset: number): Range {
  const { source, start, end } = range;
  const quote = /["']/.test(source.text.charAt(start)) ? 1 : 0;
  const at = start + quote + offset;
  return at < end && source.text.startsWith(text, at) ? { source, start: at, end: at + text.length } : range;
}
