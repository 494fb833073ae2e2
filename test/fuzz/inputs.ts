import { type SchemaCatalogue } from '../../src/etw/decoder.ts';
import type { Random } from '../scenario/random.ts';
import { damagedCatalogue, lookUpAll } from './catalogues.ts';
import { GENERATORS } from './generated.ts';
import { noise, oneIn, pick, scratch } from './hostile.ts';
import { MUTATORS } from './mutators.ts';
import { Reader, type ReadResult } from './read_all.ts';
import { sources } from './sources.ts';

/** One input: what it is, and what reads it. */
export interface Input {
  readonly name: string;
  /** Whether the damage cannot be overlooked: the reader must refuse the trace or count a damaged buffer. */
  readonly certain: boolean;
  /** Throws whatever the code under test threw. */
  run(): ReadResult;
}

/** A decoder that is not new any more, but not so full that it learns nothing new. */
const INPUTS_PER_READER = 500;

/** Damaged traces, files of made-up descriptions and damaged catalogues, without end; the same for a seed. */
export function* inputs(random: Random): Generator<Input> {
  const originals = sources();
  const oldest = new Reader();
  let younger = new Reader();
  for (let n = 0; ; n++) {
    if (n % INPUTS_PER_READER === 0) younger = new Reader();
    const reader = oneIn(random, 2) ? oldest : younger;
    const asText = oneIn(random, 8);
    const kind = random.integer(0, 8);
    if (kind < 4) {
      const trace = pick(random, originals);
      const name = pick(random, Object.keys(MUTATORS));
      const mutant = MUTATORS[name]?.(trace, random, pick(random, originals));
      if (mutant === undefined) continue;
      const title = `${name} in trace ${originals.indexOf(trace)}`;
      yield { name: title, certain: mutant.certain, run: () => reader.read(mutant.bytes, asText) };
    } else if (kind < 7) yield generated(random, reader);
    else yield catalogue(random);
  }
}

function generated(random: Random, reader: Reader): Input {
  const name = pick(random, Object.keys(GENERATORS));
  const bytes = GENERATORS[name]?.(random) ?? noise(random);
  if (oneIn(random, 10)) scratch(bytes.subarray(500), random);
  return { name, certain: false, run: () => reader.read(bytes, true) };
}

function catalogue(random: Random): Input {
  const damaged = damagedCatalogue(random);
  const trace = GENERATORS['events of any number']?.(random) ?? noise(random);
  return {
    name: 'damaged catalogue file',
    certain: false,
    run: () => {
      lookUpAll(damaged);
      return new Reader(everywhere(damaged)).read(trace, true);
    },
  };
}

// Events of every provider are looked up in the one that is damaged.
function everywhere({ catalogue: of, guid }: ReturnType<typeof damagedCatalogue>): SchemaCatalogue {
  return {
    providerName: (other) => of.providerName(other),
    manifest: (_, id, version) => of.manifest(guid, id, version),
    classic: (_, opcode, version) => of.classic(guid, opcode, version),
  };
}
