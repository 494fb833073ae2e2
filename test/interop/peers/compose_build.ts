import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { say, step } from './build_step.ts';
import { cached } from './cache.ts';
import { mayStillBuild, missing, type Peer } from './peer.ts';
import { haveTool } from './tools.ts';

const COMPOSE_GO = '2.10.1';

/** The path of the program of compose-go, which reads compose files for Docker's own client; from the cache or built now. */
export async function ensureCompose(): Promise<Peer> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  let refusal: Peer | undefined;
  try {
    const key = `compose-go-${COMPOSE_GO}-${process.platform}-${process.arch}`;
    const folder = await cached(key, async (target) => {
      const may = mayStillBuild('compose-go');
      if (may !== true) refusal = may;
      else if (!(await haveTool('go'))) refusal = missing('compose-go needs Go to be built');
      if (refusal !== undefined) throw new Error('not built');
      const env = { ...process.env, CGO_ENABLED: '0', GOBIN: target, GOFLAGS: '' };
      say(`building compose-go ${COMPOSE_GO} once (kept in the cache)`);
      await step('go', ['install', `github.com/compose-spec/compose-go/v2/cmd@v${COMPOSE_GO}`], target, env);
      renameSync(join(target, `cmd${suffix}`), join(target, `compose${suffix}`));
    });
    return { kind: 'ready', path: join(folder, `compose${suffix}`) };
  } catch (error) {
    return refusal ?? missing(`compose-go could not be built: ${String(error)}`);
  }
}
