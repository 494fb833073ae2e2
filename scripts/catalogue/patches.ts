import type { EventFacts, FieldFacts } from './facts.ts';

/**
 * What the published descriptions leave out or get wrong, stated once, with where it is known from. A patch
 * changes fields whose name and in type match, in the named events or in all of the provider.
 */
export interface FieldPatch {
  /** All providers when absent. */
  readonly provider?: string | readonly string[];
  /** Event ids; all when absent. */
  readonly ids?: readonly number[];
  readonly field: RegExp;
  /** Published in type, or types. */
  readonly in: string | readonly string[];
  readonly set: Partial<FieldFacts>;
  /** Where the fact is published or was measured. */
  readonly source: string;
}

/** Applies the patches of one generation and knows which of them matched nothing. */
export class Patcher {
  readonly #patches: readonly FieldPatch[];
  readonly #used = new Set<FieldPatch>();

  constructor(patches: readonly FieldPatch[]) {
    this.#patches = patches;
  }

  /** The fields of an event, patched. Matching looks at the published type, so patches do not chain. */
  apply(provider: string, event: EventFacts, fields: readonly FieldFacts[]): FieldFacts[] {
    const patches = this.#patches.filter(
      (patch) => isOf(patch, provider) && (patch.ids?.includes(event.id) ?? true),
    );
    return fields.map((field) => {
      const matching = patches.filter(
        (patch) => listed(patch.in).includes(field.in) && patch.field.test(field.name),
      );
      for (const patch of matching) this.#used.add(patch);
      return Object.assign({}, field, ...matching.map((patch) => patch.set)) as FieldFacts;
    });
  }

  /** Patches of the given providers that matched no field: the descriptions changed, or the patch is wrong. */
  unused(providers: readonly string[]): FieldPatch[] {
    return this.#patches.filter(
      (patch) => providers.some((provider) => isOf(patch, provider)) && !this.#used.has(patch),
    );
  }
}

function isOf(patch: FieldPatch, provider: string): boolean {
  return patch.provider === undefined || listed(patch.provider).includes(provider);
}

const listed = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;
