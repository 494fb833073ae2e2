import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publishedDigest } from './node_exe.ts';
import { sha256 } from './tree.ts';

const BYTES = new TextEncoder().encode('node');
const DIGEST = sha256(BYTES);
const OTHER = sha256('another');

for (const [title, shasums, expected] of [
  ['it is the published one', `${OTHER}  node-v1.zip\n${DIGEST}  win-x64/node.exe\n`, DIGEST],
  ['it is another', `${OTHER}  win-x64/node.exe\n`, /is not node\.exe as published/],
  ['only that of another machine is published', `${DIGEST}  win-arm64/node.exe\n`, /no line for win-x64/],
  ['the list is something else', '<html>', /no line for win-x64/],
] as const) {
  test(`node.exe: ${title}`, () => {
    const check = () => publishedDigest(BYTES, shasums);
    if (typeof expected === 'string') assert.equal(check(), expected);
    else assert.throws(check, expected);
  });
}
