import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { step } from './build_step.ts';
import { ensureGoProgram } from './built_peer.ts';
import { moduleFolder } from './go_protos.ts';
import type { Peer } from './peer.ts';

const LOKI = '3.7.8';

/** The path of Grafana Loki's `loki`, from the cache or built now from its Go module. */
export function ensureLoki(): Promise<Peer> {
  return ensureGoProgram({ name: 'loki', version: LOKI, takes: 'a quarter of an hour', build });
}

async function build(program: string, work: string): Promise<void> {
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' };
  const source = join(work, 'loki');
  cpSync(await moduleFolder(`github.com/grafana/loki/v3@v${LOKI}`), source, { recursive: true });
  await step('chmod', ['-R', 'u+w', source], work, env);
  // A folder of its repository that its module does not hold; published, it is a module of its own.
  await step('go', ['mod', 'edit', '-dropreplace=github.com/grafana/loki/pkg/push'], source, env);
  await step('go', ['build', '-trimpath', '-ldflags=-s', '-o', program, './cmd/loki'], source, env);
}
