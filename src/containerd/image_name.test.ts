import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseImage } from './image_name.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const REFERENCES: readonly (readonly [
  reference: string,
  name: string | undefined,
  tag?: string | undefined,
  digest?: string,
])[] = [
  ['mcr.microsoft.com/windows/nanoserver:ltsc2022', 'mcr.microsoft.com/windows/nanoserver', 'ltsc2022'],
  ['registry:5000/app/web', 'registry:5000/app/web'],
  ['registry:5000/app/web:1.2', 'registry:5000/app/web', '1.2'],
  [`docker.io/library/busybox@${DIGEST}`, 'docker.io/library/busybox', undefined, DIGEST],
  [`docker.io/library/busybox:1@${DIGEST}`, 'docker.io/library/busybox', '1', DIGEST],
  ['busybox', 'busybox'],
  [DIGEST, undefined],
  [`a@${DIGEST}@${DIGEST}`, undefined],
  ['a@nothing', undefined],
  ['a:', undefined],
  ['', undefined],
  ['a b', undefined],
  ['x'.repeat(600), undefined],
];

for (const [reference, name, tag, digest] of REFERENCES) {
  test(`"${reference.slice(0, 40)}": ${name ?? 'names no image'}`, () => {
    const expected = {
      name,
      tags: tag === undefined ? [] : [tag],
      repoDigests: digest === undefined ? [] : [`${name}@${digest}`],
    };
    assert.deepEqual(parseImage(reference), name === undefined ? undefined : expected);
  });
}
