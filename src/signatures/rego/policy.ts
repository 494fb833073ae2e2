import { createRequire } from 'node:module';
import type { PolicyFile } from './policy_file.ts';

/** What @open-policy-agent/opa-wasm offers of a policy; its own types say `any`. */
interface LoadedPolicy {
  readonly entrypoints: Readonly<Record<string, number>>;
  evaluate(input: unknown, entrypoint: string): unknown;
  setData(data: unknown): void;
}
interface OpaWasm {
  readonly loadPolicySync: (
    wasm: Uint8Array,
    memory: { readonly initial: number; readonly maximum: number },
  ) => LoadedPolicy;
}

const PAGE = 64 << 10;
/** What opa-wasm begins with. */
const FIRST_PAGES = 5;

/** A compiled policy, which can be asked. */
export class Policy {
  readonly #policy: LoadedPolicy;

  /** Loads it with at most so many bytes of memory. Throws what cannot be loaded. */
  constructor({ wasm, data }: PolicyFile, memory: number) {
    // Loaded with the first policy alone.
    const { loadPolicySync } = createRequire(import.meta.url)('@open-policy-agent/opa-wasm') as OpaWasm;
    const maximum = Math.max(FIRST_PAGES, Math.ceil(memory / PAGE));
    this.#policy = loadPolicySync(wasm, { initial: FIRST_PAGES, maximum });
    this.#policy.setData(data);
  }

  /** What can be asked: `eolh/CUSTOM_2/eolh_match`, … */
  get entrypoints(): readonly string[] {
    return Object.keys(this.#policy.entrypoints);
  }

  /** What the policy says to an input; undefined where it says nothing. Throws what goes wrong in it. */
  ask(entrypoint: string, input: unknown): unknown {
    const results = this.#policy.evaluate(input, entrypoint);
    const [first] = Array.isArray(results) ? (results as { readonly result?: unknown }[]) : [];
    return first?.result;
  }
}
