import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

// src/containerd/generated from the .proto files beside it. buf finds protoc-gen-es on the path.
const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');
execFileSync(join(bin, 'buf'), ['generate'], {
  cwd: join(root, 'src', 'containerd', 'proto'),
  env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
