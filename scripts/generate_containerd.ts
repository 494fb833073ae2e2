import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** Folders with .proto files; the buf.gen.yaml beside them says where the code goes. */
const FOLDERS = ['src/containerd/proto', 'test/interop/peers/cri'];

// buf finds protoc-gen-es on the path.
const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');
for (const folder of FOLDERS) {
  execFileSync(join(bin, 'buf'), ['generate'], {
    cwd: join(root, folder),
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}
