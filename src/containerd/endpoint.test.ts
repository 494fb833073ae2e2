import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEndpoint, usualEndpoints } from './endpoint.ts';

const PIPE = 'unix:\\\\.\\pipe\\containerd-containerd';
const FORMS: readonly (readonly [text: string, target: string | undefined])[] = [
  ['unix:///run/containerd/containerd.sock', 'unix:/run/containerd/containerd.sock'],
  ['unix:/run/containerd/containerd.sock', 'unix:/run/containerd/containerd.sock'],
  ['npipe:////./pipe/containerd-containerd', PIPE],
  ['npipe://./pipe/containerd-containerd', PIPE],
  ['npipe:\\\\.\\pipe\\containerd-containerd', PIPE],
  ['//./pipe/containerd-containerd', PIPE],
  ['\\\\.\\pipe\\containerd-containerd', PIPE],
  ['unix://./pipe/containerd-containerd', undefined],
  ['unix://run/containerd.sock', undefined],
  ['/run/containerd/containerd.sock', undefined],
  ['//server/pipe/containerd', undefined],
  ['\\\\.\\pipe\\', undefined],
  ['tcp://127.0.0.1:1234', undefined],
  ['', undefined],
  [`unix:///${'x'.repeat(300)}`, undefined],
];

for (const [text, target] of FORMS) {
  test(`"${text.slice(0, 50)}" is ${target ?? 'no endpoint'}`, () => {
    const parsed = parseEndpoint(text);
    assert.equal(parsed.kind === 'endpoint' ? parsed.endpoint.target : undefined, target);
  });
}

test('each system has endpoints to look at', () => {
  assert.equal(usualEndpoints('win32')[0]?.target, PIPE);
  assert.equal(usualEndpoints('linux')[0]?.target, 'unix:/run/containerd/containerd.sock');
});
