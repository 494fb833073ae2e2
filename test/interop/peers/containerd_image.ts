import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './process.ts';

/** The name that {@link buildImage} gives its image. */
export const IMAGE = 'sigel.test/main:1';

// Waits for ever, for some milliseconds, or ends with a code; small enough to start in no time.
const SOURCE = `#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv) {
  if (argc > 2 && !strcmp(argv[1], "sleep")) usleep(atoi(argv[2]) * 1000);
  else if (argc > 2 && !strcmp(argv[1], "exit")) return atoi(argv[2]);
  else for (;;) pause();
  return 0;
}
`;

/** Makes an image of one static program as an OCI archive; resolves to the archive's path. */
export async function buildImage(folder: string): Promise<string> {
  const rootfs = join(folder, 'rootfs');
  const layout = join(folder, 'layout');
  mkdirSync(rootfs, { recursive: true });
  mkdirSync(join(layout, 'blobs', 'sha256'), { recursive: true });
  writeFileSync(join(folder, 'main.c'), SOURCE);
  await must('gcc', ['-static', '-O1', '-o', join(rootfs, 'main'), join(folder, 'main.c')]);
  const layer = join(folder, 'layer.tar');
  await must('tar', ['-C', rootfs, '-cf', layer, 'main']);
  const type = (name: string): string => `application/vnd.oci.image.${name}`;
  const layerBlob = { mediaType: type('layer.v1.tar'), ...blob(layout, readFileSync(layer)) };
  const config = {
    mediaType: type('config.v1+json'),
    ...blob(layout, {
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Entrypoint: ['/main'], Labels: { 'io.kubernetes.pod.name': 'forged-by-the-image' } },
      rootfs: { type: 'layers', diff_ids: [layerBlob.digest] },
    }),
  };
  const manifest = {
    mediaType: type('manifest.v1+json'),
    ...blob(layout, { schemaVersion: 2, mediaType: type('manifest.v1+json'), config, layers: [layerBlob] }),
    annotations: { 'io.containerd.image.name': IMAGE },
  };
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const archive = join(folder, 'image.tar');
  await must('tar', ['-C', layout, '-cf', archive, '.']);
  copyFileSync(join(rootfs, 'main'), join(folder, 'main'));
  return archive;
}

function blob(layout: string, content: object | Uint8Array): { digest: string; size: number } {
  const bytes = content instanceof Uint8Array ? content : new TextEncoder().encode(JSON.stringify(content));
  const hash = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(layout, 'blobs', 'sha256', hash), bytes);
  return { digest: `sha256:${hash}`, size: bytes.length };
}

async function must(command: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}
