import { type Struct, sizeOf } from '../../src/windows/abi/layout.ts';

/**
 * A C file that compiles only if a compiler's own Windows headers lay these structs out as declared: the
 * size of every struct, offset and size of every field.
 *
 * @param isAbsent Whether those headers lack the field, or without a field the struct.
 */
export function assertionsInC(
  structs: readonly Struct[],
  isAbsent: (struct: string, field?: string) => boolean,
): string {
  const lines = structs
    .filter(({ name }) => !isAbsent(name))
    .flatMap((struct) => assertions(struct, isAbsent));
  return `${[...HEAD, ...lines, 'int main(void) { return 0; }'].join('\n')}\n`;
}

/** A C file that compiles only if macros of a compiler's Windows headers have these values. */
export function valuesInC(values: readonly (readonly [macro: string, value: number])[]): string {
  const lines = values.map(([macro, value]) => `_Static_assert(${macro} == ${value}u, "${macro}");`);
  return `${[...HEAD, ...lines].join('\n')}\n`;
}

const HEAD = [
  '#define INITGUID',
  '#include <stddef.h>',
  // ntstatus.h has all of the statuses that winnt.h has some of.
  '#define WIN32_NO_STATUS',
  '#include <windows.h>',
  '#undef WIN32_NO_STATUS',
  '#include <winternl.h>',
  '#include <ntstatus.h>',
  '#include <wmistr.h>',
  '#include <evntrace.h>',
  '#include <evntcons.h>',
  '#include <tdh.h>',
  '#include <wintrust.h>',
  '#include <mscat.h>',
];

function assertions(
  { name, size, fields }: Struct,
  isAbsent: (struct: string, field: string) => boolean,
): readonly string[] {
  const present = fields.filter((field) => !isAbsent(name, field.name));
  return [
    `_Static_assert(sizeof(${name}) == ${size}, "size of ${name}");`,
    ...present.flatMap((field) => [
      `_Static_assert(offsetof(${name}, ${field.name}) == ${field.offset}, "offset of ${name}.${field.name}");`,
      `_Static_assert(sizeof(((${name} *)0)->${field.name}) == ${sizeOf(field.type)}, "size of ${name}.${field.name}");`,
    ]),
  ];
}
