import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readTar } from '../../sigma/pack/tar.ts';

/** What a policy's file holds. */
export interface PolicyFile {
  /** A module of WebAssembly, as `opa build -t wasm` makes it. */
  readonly wasm: Uint8Array;
  /** What the policy knows as `data`. */
  readonly data: unknown;
}

const MAX_FILE = 32 << 20;
const MAX_UNPACKED = 128 << 20;

/** Reads a policy: a module (`.wasm`), or a bundle with one and its data (`.tar.gz`). Throws an Error that says what is wrong. */
export function readPolicyFile(path: string): PolicyFile {
  if (statSync(path).size > MAX_FILE) throw new Error(`it is longer than ${MAX_FILE >> 20} MiB`);
  const bytes = readFileSync(path);
  if (!path.toLowerCase().endsWith('.tar.gz')) return { wasm: bytes, data: {} };
  const archive = readTar(gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED }), '/');
  if (archive.kind === 'wrong') throw new Error(`the bundle is damaged: ${archive.reason}`);
  const { files } = archive;
  const wasm = files.get('policy.wasm');
  if (wasm === undefined)
    throw new Error('the bundle holds no policy.wasm: build it with `opa build -t wasm`');
  const data = files.get('data.json');
  return { wasm, data: data === undefined ? {} : JSON.parse(new TextDecoder().decode(data)) };
}
