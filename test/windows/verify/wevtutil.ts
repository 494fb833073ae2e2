/** Names and masks in what `wevtutil gp` prints of a provider. */
export function readKeywords(text: string): Map<string, bigint> {
  const found = new Map<string, bigint>();
  const section = /^keywords:\s*$([\s\S]*?)^\S/m.exec(`${text}\nend`)?.[1] ?? '';
  for (const [, name = '', mask = ''] of section.matchAll(/name:\s*(\S+)\s+mask:\s*(?:0x)?([0-9a-f]+)/gi))
    found.set(name, BigInt(`0x${mask}`));
  return found;
}
