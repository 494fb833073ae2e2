import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { say, step } from './build_step.ts';
import { cached, shortHash } from './cache.ts';
import { mayStillBuild, missing, type Peer } from './peer.ts';
import { haveTool } from './tools.ts';

const FOLDER = join(import.meta.dirname, '..', 'collector');

/** What a Collector is built of: a file of the folder `collector`. */
export type BuilderFile = 'builder.yaml' | 'views.yaml';

/** The cache key of the Collector that a file describes: version, content, platform. */
export function collectorKey(file: BuilderFile = 'builder.yaml'): string {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  return `otelcol-${version(text)}-${shortHash(text)}-${process.platform}-${process.arch}`;
}

/** The path of a Collector built as a file says, from the cache or built now (minutes). */
export async function ensureCollector(file: BuilderFile = 'builder.yaml'): Promise<Peer> {
  const binary = process.platform === 'win32' ? 'otelcol-sigel.exe' : 'otelcol-sigel';
  let refusal: Peer | undefined;
  try {
    const folder = await cached(collectorKey(file), async (target) => {
      const may = mayStillBuild('the OpenTelemetry Collector');
      if (may !== true) refusal = may;
      else if (!(await haveTool('go'))) refusal = missing('the OpenTelemetry Collector needs Go to be built');
      if (refusal !== undefined) throw new Error('not built');
      await build(target, file, binary);
    });
    return { kind: 'ready', path: join(folder, binary) };
  } catch (error) {
    return refusal ?? missing(`the OpenTelemetry Collector could not be built: ${String(error)}`);
  }
}

async function build(target: string, file: BuilderFile, binary: string): Promise<void> {
  const began = Date.now();
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const work = join(target, 'work');
  mkdirSync(work);
  copyFileSync(join(FOLDER, file), join(work, 'builder.yaml'));
  const env = { ...process.env, CGO_ENABLED: '0', GOBIN: join(work, 'bin'), GOFLAGS: '' };
  say(`building the OpenTelemetry Collector ${version(text)} once (minutes; kept in the cache)`);
  await step('go', ['install', `go.opentelemetry.io/collector/cmd/builder@v${version(text)}`], work, env);
  await step(join(work, 'bin', 'builder'), ['--config', 'builder.yaml'], work, env);
  cpSync(join(work, 'dist', binary), join(target, binary));
  rmSync(work, { recursive: true, force: true });
  say(`built the OpenTelemetry Collector in ${Math.round((Date.now() - began) / 1000)} s`);
}

function version(builderYaml: string): string {
  const found = /^\s*version:\s*(\S+)\s*$/m.exec(builderYaml)?.[1];
  if (found === undefined) throw new Error('builder.yaml names no dist.version');
  return found;
}
