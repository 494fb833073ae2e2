import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { step } from './build_step.ts';
import { ensureGoProgram } from './built_peer.ts';
import { moduleFolder } from './go_protos.ts';
import type { Peer } from './peer.ts';

const JAEGER = '1.76.0';

/** The path of a `jaeger` of the second line, from the cache or built now from Go modules. */
export function ensureJaeger(): Promise<Peer> {
  return ensureGoProgram({ name: 'jaeger', version: JAEGER, takes: 'minutes', build });
}

/** Its main package is part of its module, whose files in Go's cache are read-only: a copy is built. */
async function build(program: string, work: string): Promise<void> {
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' };
  const source = join(work, 'jaeger');
  cpSync(await moduleFolder(`github.com/jaegertracing/jaeger@v${JAEGER}`), source, { recursive: true });
  await step('chmod', ['-R', 'u+w', source], work, env);
  await step('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', program, './cmd/jaeger'], source, env);
}
