import { Buffer } from 'node:buffer';

// A module that answers as policies of Open Policy Agent do (its ABI 1.2): every entry point says one thing, whatever it is
// asked. Enough to try what loads and asks policies without a compiler of Rego.

const I32 = 0x7f;
const END = 0x0b;
const HEAP = 0x8000;

/** What an entry point answers: a value, or never. */
export type PolicyAnswer = { readonly says: unknown } | 'never';

/** The bytes of a module with these entry points. */
export function policyWasm(entrypoints: Readonly<Record<string, PolicyAnswer>>): Uint8Array {
  const answers = Object.values(entrypoints);
  const names = Object.fromEntries(Object.keys(entrypoints).map((name, i) => [name, i]));
  const texts = [{}, names, ...answers.map((one) => (one === 'never' ? [] : [{ result: one.says }]))];
  const { data, places } = placed(texts.map((text) => JSON.stringify(text)));
  const [builtins = 0, entries = 0, ...said] = places;
  const functions: readonly [name: string, parameters: number, code: number[]][] = [
    ['builtins', 0, constant(builtins)],
    ['entrypoints', 0, constant(entries)],
    ['opa_malloc', 1, constant(HEAP)],
    ['opa_heap_ptr_get', 0, constant(HEAP)],
    ['opa_json_parse', 2, local(0)],
    ['opa_json_dump', 1, local(0)],
    ['opa_heap_ptr_set', 1, constant(0)],
    ['opa_eval', 7, answerCode(answers, said)],
  ];
  const globals: readonly [name: string, value: number][] = [
    ['opa_wasm_abi_version', 1],
    ['opa_wasm_abi_minor_version', 2],
  ];
  return Buffer.concat([
    Buffer.from('\0asm\x01\0\0\0', 'latin1'),
    section(
      1,
      functions.map(([, parameters]) => [0x60, ...sized(new Array<number>(parameters).fill(I32)), 1, I32]),
    ),
    section(2, [[...text('env'), ...text('memory'), 2, 0, 2]]),
    section(
      3,
      functions.map((_, i) => [i]),
    ),
    section(
      6,
      globals.map(([, value]) => [I32, 0, ...constant(value), END]),
    ),
    section(7, [
      ...functions.map(([name], i) => text(name).concat(0, i)),
      ...globals.map(([name], i) => text(name).concat(3, i)),
    ]),
    section(
      10,
      functions.map(([, , code]) => sized([0, ...code, END])),
    ),
    section(11, [[0, ...constant(0), END, ...sized([...data])]]),
  ]);
}

/** By the entry point's number, the second parameter: where its answer stands. */
function answerCode(answers: readonly PolicyAnswer[], said: readonly number[]): number[] {
  const code = answers.flatMap((answer, i) => {
    const never = [0x03, 0x40, 0x0c, 0, END];
    const returns = answer === 'never' ? never : [...constant(said[i] ?? 0), 0x0f];
    // local.get 1; i32.const i; i32.eq; if … end
    return [...local(1), ...constant(i), 0x46, 0x04, 0x40, ...returns, END];
  });
  return [...code, ...constant(0)];
}

function placed(texts: readonly string[]): { readonly data: Buffer; readonly places: readonly number[] } {
  const places: number[] = [];
  let data = Buffer.alloc(8);
  for (const text of texts) {
    places.push(data.length);
    data = Buffer.concat([data, Buffer.from(`${text}\0`)]);
  }
  return { data, places };
}

const local = (index: number): number[] => [0x20, index];
const constant = (value: number): number[] => [0x41, ...signed(value)];
const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
const text = (value: string): number[] => sized([...Buffer.from(value)]);
const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];

function section(id: number, items: readonly (readonly number[])[]): Buffer {
  return Buffer.from([id, ...sized(vector(items))]);
}

// LEB128.
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}
