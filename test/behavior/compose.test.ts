import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { runCli } from '../support/cli_io.ts';
import { ROOT } from '../support/documents.ts';

// No engine can be had here: the interop suite `gateways` reads the file as Docker's own client does, and others run each
// configuration it mounts.

interface Service {
  readonly environment?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly build?: { readonly dockerfile: string; readonly target: string };
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
}
const compose = parse(readFileSync(join(ROOT, 'docker', 'compose.yaml'), 'utf8')) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const dockerfile = readFileSync(join(ROOT, 'docker', 'Dockerfile'), 'utf8');

for (const [name, { image, build, volumes = [], ports = [] }] of Object.entries(compose.services)) {
  test(`${name}: its image is pinned, or built from a stage that is there`, () => {
    if (image !== undefined) assert.match(image, /:v?\d+\.\d+\.\d+$/);
    else assert.match(dockerfile, new RegExp(`^FROM \\S+ AS ${build?.target}$`, 'm'));
  });
  test(`${name}: what it mounts is there`, () => {
    for (const [source = ''] of volumes.map((volume) => volume.split(':'))) {
      if (source.startsWith('.')) assert.ok(existsSync(join(ROOT, 'docker', source)), source);
      else assert.ok(source in compose.volumes, source);
    }
  });
  test(`${name}: its ports are on loopback alone`, () => {
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/);
  });
}

const textOf = (path: string): string => readFileSync(join(ROOT, 'docker', path), 'utf8');

for (const [name, file] of [
  ['gateway', 'collector/views.yaml'],
  ['loki', 'loki/loki.yaml'],
  ['jaeger', 'jaeger/config.yaml'],
  ['sigel', 'sigel/demo.yaml'],
] as const)
  test(`${name}: ${file} asks for what it is given`, () => {
    const found = textOf(file).matchAll(/\$\{(?:env:)?(\w+)/g);
    const asked = new Set(Array.from(found, ([, variable]) => variable));
    for (const variable of Object.keys(compose.services[name]?.environment ?? {}))
      assert.ok(asked.has(variable), variable);
  });

test('each address that is given leads to a service', () => {
  const given = [
    ...Object.values(compose.services).flatMap(({ environment = {} }) => Object.values(environment)),
    textOf('grafana/provisioning/datasources/sigel.yaml'),
    textOf('prometheus/prometheus.yaml'),
  ].join('\n');
  const names = Array.from(given.matchAll(/(?:https?:\/\/|[\s"])([a-z]+):\d{4}\b/g), ([, name = '']) => name);
  assert.ok(names.length >= 5);
  for (const name of names) assert.ok(name in compose.services, name);
});

test('what the Dockerfile copies from the checkout is there', () => {
  const sources = Array.from(dockerfile.matchAll(/^COPY (?!--)(.*) \S+$/gm), ([, list = '']) =>
    list.split(' '),
  ).flat();
  assert.ok(sources.length > 5);
  for (const source of sources) assert.ok(existsSync(join(ROOT, source)), source);
});

test('images run as nobody in particular', () => {
  const stages = dockerfile.split(/^FROM /m).slice(1);
  const last = stages.filter((stage) => stage.includes('ENTRYPOINT'));
  assert.equal(last.length, 2);
  for (const stage of last) assert.match(stage, /^USER node$/m);
});

test('Sigel’s configuration is valid', async () => {
  const { code, stderr } = await runCli(['validate', '--config', join(ROOT, 'docker', 'sigel', 'demo.yaml')]);
  assert.equal(code, 0, stderr);
});
