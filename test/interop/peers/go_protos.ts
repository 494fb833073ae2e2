import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createFileRegistry, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { run } from './process.ts';

const BIN = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.bin');

/** The descriptors of .proto files in a Go module; `folders` of the module are read, and those below them. */
export async function protosOfGoModule(module: string, folders: readonly string[]): Promise<FileRegistry> {
  const source = await moduleFolder(module);
  const folder = mkdtempSync(join(tmpdir(), 'sigel-protos-'));
  try {
    // Without the module's own buf.yaml, which names a registry.
    writeFileSync(join(folder, 'buf.yaml'), 'version: v2\n');
    for (const name of folders) copyProtos(join(source, name), join(folder, name));
    const built = join(folder, 'built.binpb');
    const { code, stderr } = await run(join(BIN, 'buf'), ['build', '-o', built], {
      cwd: folder,
      env: withBin(),
    });
    if (code !== 0) throw new Error(`buf build: ${stderr}`);
    return createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(built)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The folder of the module cache that holds a Go module, `path@version`; rejects when it cannot be had. */
export async function moduleFolder(module: string): Promise<string> {
  const { stdout, stderr } = await run('go', ['mod', 'download', '-json', module], { cwd: tmpdir() });
  const { Dir, Error: error } = JSON.parse(stdout === '' ? '{}' : stdout) as { Dir?: string; Error?: string };
  if (Dir === undefined) throw new Error(`go mod download ${module}: ${error ?? stderr}`);
  return Dir;
}

function copyProtos(from: string, to: string): void {
  for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.proto')) continue;
    const target = join(to, name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(join(from, name)));
  }
}

/** buf is a script that wants this Node. */
function withBin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${BIN}${delimiter}${process.env['PATH'] ?? ''}` };
}
