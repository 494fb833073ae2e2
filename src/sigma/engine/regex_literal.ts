import { type Atom, atomsOf, groupBody } from './regex_atoms.ts';

/** Shorter texts stand in too much to be worth a search, */
const MIN_LENGTH = 3;
/** but for signs that few values have. */
const RARE = /[^\w\s.\\/:"-]/;
/** Letters that have a relative outside ASCII which folds to them: K is also the Kelvin sign, s the long s. */
const FOLDS_ELSEWHERE = /[ks]/i;
/** Groups within groups are looked into so deep. */
const MAX_DEPTH = 8;

/**
 * A text, in lower case, that stands in the lower-case form of everything the expression is found in; undefined
 * where none is sure. Only what stands outside of classes and alternatives is taken, and only ASCII.
 */
export function regexLiteral(source: string, flags: string): string | undefined {
  const best = longest(source, flags.includes('i') || source.includes('(?'), MAX_DEPTH);
  return best.length >= MIN_LENGTH || RARE.test(best) ? best.toLowerCase() : undefined;
}

/** The fewest characters that an expression is found in. */
export function leastLength(source: string): number {
  return least(source, MAX_DEPTH);
}

function longest(source: string, folding: boolean, depth: number): string {
  let best = '';
  let run = '';
  const end = (next = ''): void => {
    if (worth(run) > worth(best)) best = run;
    run = next;
  };
  for (const atom of atomsOf(source) ?? []) {
    const { kind, literal, min, max } = atom;
    const isSure = literal !== undefined && !(folding && FOLDS_ELSEWHERE.test(literal));
    if (isSure && min === 1) {
      run += literal;
      if (max > 1) end(literal);
    } else if (kind !== 'edge') {
      end();
      if (kind === 'group' && min > 0 && depth > 0) {
        run = longest(groupBody(atom.source) ?? '', folding, depth - 1);
        end();
      }
    }
  }
  end();
  return best;
}

/** A rare sign tells as much as two letters. */
function worth(text: string): number {
  return text.length + (RARE.test(text) ? 2 : 0);
}

function least(source: string, depth: number): number {
  return (atomsOf(source) ?? []).reduce((sum, atom) => sum + atom.min * leastOf(atom, depth), 0);
}

function leastOf({ kind, source }: Atom, depth: number): number {
  if (kind === 'edge') return 0;
  if (kind !== 'group') return 1;
  return depth === 0 ? 0 : least(groupBody(source) ?? '', depth - 1);
}
