import type { FieldFacts, ProviderFacts } from './facts.ts';
import { lengthByName } from './naming.ts';

/**
 * What manifests say of fields beyond their in types, for events that only tables know, by name and in type.
 * Another version of the same event is believed in everything. Other events are believed in length and
 * count, and in the out type and map when those that have one agree; but not for names that may be of anything.
 */
export class FieldHints {
  readonly #ofEvents = new Map<string, FieldFacts>();
  readonly #byField = new Map<string, FieldFacts[]>();

  constructor(manifests: readonly ProviderFacts[]) {
    for (const { id, fields } of manifests.flatMap((facts) => facts.events)) {
      for (const field of fields) {
        const key = keyOf(field);
        if (this.#ofEvents.has(`${id} ${key}`)) continue;
        this.#ofEvents.set(`${id} ${key}`, field);
        this.#byField.set(key, [...(this.#byField.get(key) ?? []), field]);
      }
    }
  }

  /** A field of a table, completed; `earlier` are the fields before it. */
  complete(id: number, field: FieldFacts, earlier: readonly FieldFacts[]): FieldFacts {
    const isHere = (size: string | undefined): size is string =>
      size !== undefined && (/^\d+$/.test(size) || earlier.some(({ name }) => name === size));
    const { length, ...plain } = {
      ...this.#others(field, isHere),
      ...this.#ofEvents.get(`${id} ${keyOf(field)}`),
    };
    const found = isHere(length) ? length : lengthByName(field, earlier);
    if (found !== undefined) return { ...plain, length: found };
    // A string whose length another event had, and this one has not, ends with its NUL.
    return length === undefined || field.in.endsWith('String') ? plain : { ...plain, length };
  }

  #others(field: FieldFacts, isHere: (size: string | undefined) => boolean): FieldFacts {
    const others = this.#byField.get(keyOf(field)) ?? [];
    const length = others.find((other) => other.length !== undefined)?.length;
    const count = others.find((other) => other.fields === undefined && isHere(other.count))?.count;
    return {
      ...agreed(others, 'out'),
      ...agreed(others, 'map'),
      ...(length === undefined ? {} : { length }),
      ...(count === undefined ? {} : { count }),
      ...field,
    };
  }
}

const GENERAL = /^(Flags|Kind|Level|Mode|Operation|Reason|Result|State|Status|Type|Value|Values)$/;

function agreed(others: readonly FieldFacts[], key: 'out' | 'map'): Partial<FieldFacts> {
  const values = new Set(others.map((other) => other[key]).filter((value) => value !== undefined));
  const [value] = values;
  return value === undefined || values.size > 1 || GENERAL.test(others[0]?.name ?? '')
    ? {}
    : { [key]: value };
}

const keyOf = (field: FieldFacts): string => `${field.in} ${field.name}`;
