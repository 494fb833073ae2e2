/** Scalars of the Windows API with a fixed width: ULONG is `uint32`, HANDLE and all pointers are `pointer`. */
export type Scalar = 'uint8' | 'uint16' | 'uint32' | 'int32' | 'uint64' | 'int64' | 'pointer';

/** What a field holds: a scalar, another struct, or a number of either. */
export type FieldType = Scalar | Struct | { readonly of: Scalar | Struct; readonly count: number };

/** A field of a struct and where it stands. */
export interface StructField {
  readonly name: string;
  readonly type: FieldType;
  /** Bytes from the struct's start. */
  readonly offset: number;
}

/** A struct as 64-bit Windows lays it out. */
export interface Struct<Name extends string = string> {
  readonly name: string;
  /** Bytes, padding at the end included. */
  readonly size: number;
  readonly align: number;
  readonly fields: readonly StructField[];
  /** Offsets by field name. */
  readonly at: Readonly<Record<Name, number>>;
}

const SIZES: Readonly<Record<Scalar, number>> = {
  uint8: 1,
  uint16: 2,
  uint32: 4,
  int32: 4,
  uint64: 8,
  int64: 8,
  pointer: 8,
};

/**
 * A struct from its fields in order, laid out by the rule of the Windows x64 and ARM64 ABIs: each field at a
 * multiple of its own alignment, the whole a multiple of the largest. Of a union only the member that the
 * code uses is declared. A field of a named union has the C name (`nonStructType.InType`).
 */
export function struct<const F extends Readonly<Record<string, FieldType>>>(
  name: string,
  members: F,
): Struct<Extract<keyof F, string>> {
  const fields: StructField[] = [];
  let end = 0;
  let align = 1;
  for (const [field, type] of Object.entries(members)) {
    const own = alignOf(type);
    const offset = roundUp(end, own);
    fields.push({ name: field, type, offset });
    end = offset + sizeOf(type);
    align = Math.max(align, own);
  }
  const at = Object.fromEntries(fields.map((field) => [field.name, field.offset]));
  return {
    name,
    size: roundUp(end, align),
    align,
    fields,
    at: at as Record<Extract<keyof F, string>, number>,
  };
}

/** Bytes of a value of a type. */
export function sizeOf(type: FieldType): number {
  if (typeof type === 'string') return SIZES[type];
  return 'of' in type ? sizeOf(type.of) * type.count : type.size;
}

function alignOf(type: FieldType): number {
  if (typeof type === 'string') return SIZES[type];
  return 'of' in type ? alignOf(type.of) : type.align;
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
