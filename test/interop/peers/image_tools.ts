import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say, step } from './build_step.ts';
import { cached, shortHash } from './cache.ts';
import { mayStillBuild, missing, type Peer } from './peer.ts';
import { haveTool } from './tools.ts';

const CRANE = '0.22.1';
const IMAGE_SPEC = '1.1.1';

/** Reads a document on standard input and holds it against the image specification's own schema for its media type. */
const VALIDATE = `package main

import (
	"fmt"
	"os"

	"github.com/opencontainers/image-spec/schema"
)

func main() {
	if err := schema.Validator(os.Args[1]).Validate(os.Stdin); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
`;
const GO_MOD = `module validate

go 1.22

require github.com/opencontainers/image-spec v${IMAGE_SPEC}
`;

/**
 * The folder of `crane`, which makes, pushes and checks images without an engine, and of `validate MEDIA-TYPE`, the
 * checks of the OCI image specification; from the cache or built now from Go modules (a minute).
 */
export async function ensureImageTools(): Promise<Peer> {
  let refusal: Peer | undefined;
  try {
    const folder = await cached(`image-tools-${CRANE}-${shortHash(VALIDATE + GO_MOD)}`, async (target) => {
      const may = mayStillBuild('crane');
      if (may !== true) refusal = may;
      else if (!(await haveTool('go'))) refusal = missing('crane needs Go to be built');
      if (refusal !== undefined) throw new Error('not built');
      await build(target);
    });
    return { kind: 'ready', path: folder };
  } catch (error) {
    return refusal ?? missing(`crane could not be built: ${String(error)}`);
  }
}

async function build(target: string): Promise<void> {
  say(`building crane ${CRANE} once (kept in the cache)`);
  const work = join(target, 'work');
  mkdirSync(work);
  writeFileSync(join(work, 'main.go'), VALIDATE);
  writeFileSync(join(work, 'go.mod'), GO_MOD);
  const env = { ...process.env, CGO_ENABLED: '0', GOBIN: target, GOFLAGS: '-mod=mod' };
  await step('go', ['build', '-o', join(target, 'validate'), '.'], work, env);
  const crane = `github.com/google/go-containerregistry/cmd/crane@v${CRANE}`;
  await step('go', ['install', crane], work, { ...env, GOFLAGS: '' });
  rmSync(work, { recursive: true, force: true });
}
