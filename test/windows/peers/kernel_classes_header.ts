import { KERNEL_CLASSES, kernelClass } from '../../../src/etw/catalogue/kernel_groups.ts';

/** Type numbers and group numbers are bytes. */
const BYTE = 256;

/**
 * `kernel_classes.h` for the stand-in: the class GUID of an event with a kernel header, from the decoder's
 * own table, so that there is one source of these facts.
 */
export function kernelClassesHeader(): string {
  const exceptions: string[] = [];
  for (let group = 0; group < BYTE; group++) {
    for (let type = 0; type < BYTE; type++) {
      const { guid } = kernelClass(group, type);
      if (guid !== (KERNEL_CLASSES[group]?.guid ?? null))
        exceptions.push(`  if (group == ${group} && type == ${type}) return (GUID)${initializer(guid)};`);
    }
  }
  return `// Made of src/etw/catalogue/kernel_groups.ts.
static const GUID KERNEL_CLASSES[${BYTE}] = {
${KERNEL_CLASSES.map(({ guid }) => `  ${initializer(guid)},`).join('\n')}
};

static inline GUID kernel_class(uint8_t group, uint8_t type) {
${exceptions.join('\n')}
  return KERNEL_CLASSES[group];
}
`;
}

function initializer(guid: string | null): string {
  if (guid === null) return '{0}';
  const [a = '', b = '', c = '', ...rest] = guid.split('-');
  const bytes = rest.join('').match(/../g) ?? [];
  return `{0x${a}, 0x${b}, 0x${c}, {${bytes.map((byte) => `0x${byte}`).join(', ')}}}`;
}
