import type { HostSignatures } from '../../src/file_facts/signature.ts';

/** What this Windows tells of signatures. Throws at start-up where it cannot be asked. */
export async function loadSignatures(): Promise<HostSignatures> {
  // Native code is loaded where it is used, and nowhere else.
  const { hostSignatures } = await import('../../src/windows/trust/host_signatures.ts');
  const host = hostSignatures();
  if (host.kind === 'failed') throw new Error(`signatures cannot be verified: ${host.error.message}`);
  return host.value;
}
