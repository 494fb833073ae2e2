import { ByteWriter } from './bytes.ts';

const MIN_MATCH = 3;
/** 13 bits of offset minus one. */
const WINDOW = 8192;
const HASH_SIZE = 1 << 12;
/** Candidates tried per position: enough for real data, bounded for adversarial data. */
const CHAIN = 16;

/**
 * Compresses with plain LZ77 ("Xpress") of [MS-XCA] 2.3-2.4, as Windows compresses ETW buffers.
 * 32 flag bits per group, first flag in the top bit: 0 a literal byte, 1 a match of u16 with 13 bits of
 * offset - 1 and 3 bits of length - 3; longer lengths go into a shared nibble, then a byte, a u16, a u32.
 */
export function compressXpress(input: Uint8Array): Uint8Array {
  const out = new Output(input.length);
  const matcher = new Matcher(input);
  let at = 0;
  while (at < input.length) {
    const match = matcher.longest(at);
    if (match.length < MIN_MATCH) {
      out.literal(input[at] ?? 0);
      matcher.insert(at);
      at += 1;
    } else {
      out.match(match.offset, match.length);
      for (let i = 0; i < match.length; i++) matcher.insert(at + i);
      at += match.length;
    }
  }
  return out.finish();
}

/** Hash chains over three-byte prefixes. */
class Matcher {
  readonly #input: Uint8Array;
  readonly #head = new Int32Array(HASH_SIZE).fill(-1);
  readonly #previous: Int32Array;

  constructor(input: Uint8Array) {
    this.#input = input;
    this.#previous = new Int32Array(input.length).fill(-1);
  }

  insert(at: number): void {
    if (at + MIN_MATCH > this.#input.length) return;
    const slot = this.#hash(at);
    this.#previous[at] = this.#head[slot] ?? -1;
    this.#head[slot] = at;
  }

  longest(at: number): { offset: number; length: number } {
    let best = { offset: 0, length: 0 };
    if (at + MIN_MATCH > this.#input.length) return best;
    let candidate = this.#head[this.#hash(at)] ?? -1;
    for (let tries = 0; tries < CHAIN && candidate >= 0 && at - candidate <= WINDOW; tries++) {
      const length = this.#common(candidate, at);
      if (length > best.length) best = { offset: at - candidate, length };
      candidate = this.#previous[candidate] ?? -1;
    }
    return best;
  }

  /** How many bytes agree; the match may run into itself. */
  #common(a: number, b: number): number {
    let length = 0;
    while (b + length < this.#input.length && this.#input[a + length] === this.#input[b + length]) length++;
    return length;
  }

  #hash(at: number): number {
    const b0 = this.#input[at] ?? 0;
    const b1 = this.#input[at + 1] ?? 0;
    const b2 = this.#input[at + 2] ?? 0;
    return (b0 ^ (b1 << 4) ^ (b2 << 7)) & (HASH_SIZE - 1);
  }
}

/** The flag words, and the half-used byte that two matches share for their length nibbles. */
class Output {
  readonly #bytes: ByteWriter;
  #flagsAt = 0;
  #flags = 0;
  #flagCount = 0;
  #nibbleAt = -1;
  #nibble = 0;

  constructor(sizeHint: number) {
    this.#bytes = new ByteWriter(sizeHint + 16).u32(0);
  }

  literal(byte: number): void {
    this.#bytes.u8(byte);
    this.#flag(0);
  }

  match(offset: number, matchLength: number): void {
    const length = matchLength - MIN_MATCH;
    this.#bytes.u16(((offset - 1) << 3) | Math.min(length, 7));
    if (length >= 7) this.#longLength(length - 7);
    this.#flag(1);
  }

  /** What is left after the 3 bits: nibble, byte, u16, u32. The wider forms hold length - 3, not a rest. */
  #longLength(rest: number): void {
    this.#putNibble(Math.min(rest, 15));
    if (rest < 15) return;
    if (rest - 15 < 255) {
      this.#bytes.u8(rest - 15);
      return;
    }
    this.#bytes.u8(255);
    const whole = rest + 7;
    if (whole <= 0xffff) this.#bytes.u16(whole);
    else this.#bytes.u16(0).u32(whole);
  }

  #putNibble(value: number): void {
    if (this.#nibbleAt < 0) {
      this.#nibbleAt = this.#bytes.length;
      this.#nibble = value;
      this.#bytes.u8(value);
    } else {
      this.#bytes.setU8(this.#nibbleAt, this.#nibble | (value << 4));
      this.#nibbleAt = -1;
    }
  }

  #flag(bit: 0 | 1): void {
    this.#flags = (this.#flags << 1) | bit;
    this.#flagCount += 1;
    if (this.#flagCount < 32) return;
    this.#bytes.setU32(this.#flagsAt, this.#flags);
    this.#flagsAt = this.#bytes.length;
    this.#flags = 0;
    this.#flagCount = 0;
    this.#bytes.u32(0);
  }

  /** Unused flag bits are ones: a reader that runs out of input there stops ([MS-XCA] 2.3.4). */
  finish(): Uint8Array {
    const unused = 32 - this.#flagCount;
    const ones = unused === 32 ? -1 : (1 << unused) - 1;
    this.#bytes.setU32(this.#flagsAt, unused === 32 ? ones : (this.#flags << unused) | ones);
    return this.#bytes.take();
  }
}
