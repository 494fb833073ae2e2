import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules', '.bin');

/** Folders with .proto files, by the folder that their code goes to: buf.gen.yaml beside them says the same. */
export const PROTO_FOLDERS: ReadonlyMap<string, string> = new Map([
  ['src/containerd/proto', 'src/containerd/generated'],
  ['src/otlp/read/proto', 'src/otlp/read/generated'],
  ['test/interop/peers/cri', 'test/interop/peers/cri/generated'],
]);

/** Generates code from a folder's .proto files. Throws when that fails. */
export function generateFrom(folder: string): void {
  execFileSync(join(BIN, 'buf'), ['generate'], {
    cwd: folder,
    // buf finds protoc-gen-es on the path.
    env: { ...process.env, PATH: `${BIN}${delimiter}${process.env['PATH'] ?? ''}` },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

/** All of them. */
export function generateProtos(): void {
  for (const folder of PROTO_FOLDERS.keys()) generateFrom(join(ROOT, folder));
}
