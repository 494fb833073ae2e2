import { RE2JS } from 're2js';

/** An expression that can be run, or why not. */
export type CompiledRegex =
  | { readonly kind: 'regex'; readonly regex: RE2JS }
  | { readonly kind: 'wrong'; readonly reason: string };

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/**
 * Compiles an expression of a rule. They run on texts that attackers write, so it is RE2's: linear in time, and
 * without look-around and back references.
 */
export function compileRegex(source: string, flags: string): CompiledRegex {
  try {
    const bits = flags.split('').reduce((sum, flag) => sum | (FLAGS[flag] ?? 0), 0);
    return { kind: 'regex', regex: RE2JS.compile(source, bits) };
  } catch (error) {
    return { kind: 'wrong', reason: error instanceof Error ? error.message : String(error) };
  }
}
