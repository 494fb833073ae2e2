import { dirname } from 'node:path';
import { step } from './build_step.ts';
import { ensureGoProgram } from './built_peer.ts';
import type { Peer } from './peer.ts';

const OPA = '1.22.3';

/** The path of Open Policy Agent's `opa`, from the cache or built now from Go modules. */
export function ensureOpa(): Promise<Peer> {
  return ensureGoProgram({ name: 'opa', version: OPA, takes: 'minutes', build });
}

async function build(program: string, work: string): Promise<void> {
  const env = { ...process.env, CGO_ENABLED: '0', GOBIN: dirname(program), GOFLAGS: '' };
  // Without pulling from registries, which takes most of its dependencies.
  await step('go', ['install', '-tags', 'opa_no_oci', `github.com/open-policy-agent/opa@v${OPA}`], work, env);
}
