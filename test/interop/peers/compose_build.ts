import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { step } from './build_step.ts';
import { ensureGoProgram } from './built_peer.ts';
import type { Peer } from './peer.ts';

const MODULE = 'github.com/docker/compose/v2';
const VERSION = '2.40.3';

/** The path of Docker's client for compose files, which needs no engine to read one; from the cache or built now. */
export function ensureCompose(): Promise<Peer> {
  return ensureGoProgram({ name: 'docker-compose', version: VERSION, takes: 'some minutes', build });
}

async function build(program: string, work: string): Promise<void> {
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' };
  // Its replacements of modules keep `go install` from building it; as a dependency it has none.
  writeFileSync(join(work, 'go.mod'), 'module peer\n\ngo 1.24\n');
  await step('go', ['get', `${MODULE}/cmd@v${VERSION}`], work, env);
  await step('go', ['build', '-trimpath', '-o', program, `${MODULE}/cmd`], work, env);
}
