import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, describe, test } from 'node:test';
import { withOptions } from '../../scripts/options_doc.ts';
import type { AnyDefinition, Component, Host } from '../../src/component.ts';
import { components } from '../../src/components.ts';
import { formsOf, type JsonSchema, jsonSchemaOf } from '../../src/config/json_schema.ts';
import { ACCEPTED, type Outcome, refusedForGood, retryLater } from '../../src/model/outcome.ts';
import { logRecords, span } from '../support/log_records.ts';
import { configuredOf, fileOf } from './configured.ts';
import { answering, type Instance, instancesOf } from './instances.ts';

// What every component must keep, whatever it does (src/component.ts says it in prose).

// Components that write do so here.
const folder = mkdtempSync(join(tmpdir(), 'sigel-contract-'));
process.chdir(folder);
after(() => {
  process.chdir(tmpdir());
  rmSync(folder, { recursive: true });
});

/**
 * A host with every extension, as its testdata configures it and before its start: it knows nothing yet. What a
 * component reports of itself is not of interest here.
 */
const HOST: Host = {
  extension: (id) => {
    const extension = EXTENSIONS.get(id.split('/')[0] ?? '');
    if (extension === undefined) throw new Error(`no extension ${id}`);
    return extension;
  },
  finished: () => {},
  fatal: () => {},
};

const EXTENSIONS = new Map<string, Component>();
for (const definition of components.filter(({ kind }) => kind === 'extension')) {
  const [configured] = await configuredOf(definition);
  const made =
    configured === undefined ? undefined : instancesOf(definition, configured, answering(ACCEPTED))[0];
  if (made !== undefined) EXTENSIONS.set(definition.type, made.component);
}

const NEVER = new AbortController().signal;

for (const definition of components) {
  describe(`${definition.kind} ${definition.type}`, () => {
    describeFolder(definition);
    describeConfig(definition);
    describeLifecycle(definition);
    if (definition.kind !== 'receiver' && definition.kind !== 'extension') describeConsuming(definition);
  });
}

function describeFolder(definition: AnyDefinition): void {
  test('its type is the name of its folder, which holds what every folder holds', () => {
    assert.match(definition.type, /^[a-z][a-z0-9_]*$/);
    for (const name of ['README.md', 'config.ts', 'index.ts', 'testdata/config.yaml']) {
      assert.notEqual(fileOf(definition, name), undefined, name);
    }
  });

  test('its README has a current table of options: `npm run generate` writes it', () => {
    const readme = fileOf(definition, 'README.md') ?? '';
    const current = withOptions(readme, jsonSchemaOf(definition.config));
    assert.notEqual(current, undefined, 'the marks <!-- options --> and <!-- /options --> are missing');
    assert.equal(readme, current);
  });
}

function describeConfig(definition: AnyDefinition): void {
  const schema = jsonSchemaOf(definition.config);

  test('it says what it is for, and each of its keys too', () => {
    assert.match(definition.description, /^\S.*\S$/);
    assert.deepEqual(undescribed(schema, definition.type), []);
  });

  test('it knows no other keys, at any depth', () => {
    assert.deepEqual(open(schema, definition.type), []);
  });

  test('testdata/config.yaml is valid, and has a config that only talks to this machine', async () => {
    const configured = await configuredOf(definition);
    assert.ok(configured.some(({ local }) => local));
  });
}

/** Paths of keys without a description. */
function undescribed(schema: JsonSchema, path: string): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, option]) =>
    option.description === undefined ? [`${path}::${key}`] : [],
  );
  return own.concat(inner(schema, path, undescribed));
}

/** Paths of maps that have keys and would take others. */
function open(schema: JsonSchema, path: string): string[] {
  const own = schema.properties !== undefined && schema.additionalProperties !== false ? [path] : [];
  return own.concat(inner(schema, path, open));
}

function inner(
  schema: JsonSchema,
  path: string,
  look: (schema: JsonSchema, path: string) => string[],
): string[] {
  const { properties = {}, items, additionalProperties } = schema;
  return [
    ...Object.entries(properties).flatMap(([key, option]) => look(option, `${path}::${key}`)),
    ...formsOf(schema).flatMap((form) => look(form, path)),
    ...(items === undefined ? [] : look(items, `${path}[]`)),
    ...(typeof additionalProperties === 'object' ? look(additionalProperties, `${path}::*`) : []),
  ];
}

/** Runs something with each instance of each config that stays on this machine, one after the other. */
async function eachInstance(
  definition: AnyDefinition,
  outcome: Outcome,
  run: (instance: Instance, next: ReturnType<typeof answering>) => Promise<void>,
): Promise<void> {
  for (const configured of (await configuredOf(definition)).filter(({ local }) => local)) {
    const forms = instancesOf(definition, configured, answering(outcome)).length;
    for (let i = 0; i < forms; i++) {
      const next = answering(outcome);
      const instance = instancesOf(definition, configured, next)[i];
      if (instance !== undefined) await run(instance, next);
    }
  }
}

/** Starts; a component that cannot here says so with an Error. */
async function started({ component }: Instance): Promise<boolean> {
  try {
    await component.start(HOST);
    return true;
  } catch (error) {
    assert.ok(error instanceof Error);
    return false;
  }
}

function describeLifecycle(definition: AnyDefinition): void {
  test('shutdown is safe without start', () =>
    eachInstance(definition, ACCEPTED, async ({ component }) => {
      await component.shutdown(NEVER);
    }));

  test('it starts, or says with an Error why not; then it shuts down', () =>
    eachInstance(definition, ACCEPTED, async (instance) => {
      await started(instance);
      await instance.component.shutdown(NEVER);
    }));

  test('shutdown comes to an end when its time is over before it begins', () =>
    eachInstance(definition, retryLater('full'), async (instance) => {
      await started(instance);
      await instance.component.shutdown(AbortSignal.abort());
    }));
}

const RECORDS = logRecords(3);
const SPANS = [span('a'), span('b'), span('c')];

function describeConsuming(definition: AnyDefinition): void {
  const outcomes: readonly [name: string, outcome: Outcome][] = [
    ['accepts', ACCEPTED],
    ['refuses for now', retryLater('full')],
    ['refuses for good', refusedForGood('too large')],
  ];
  for (const [name, outcome] of definition.kind === 'exporter' ? outcomes.slice(0, 1) : outcomes) {
    const title =
      definition.kind === 'exporter'
        ? 'every batch is settled by the end of shutdown, and counted'
        : `what is behind it ${name}: so does it, and it counts`;
    test(title, () =>
      eachInstance(definition, outcome, async (instance, next) => {
        if (!(await started(instance))) return;
        const { consumeLogs, consumeTraces } = instance.takes;
        const open = [consumeLogs?.(RECORDS), consumeTraces?.(SPANS)].filter((one) => one !== undefined);
        assert.notEqual(open.length, 0, 'it takes nothing');
        // An exporter's peer is away: it tries until its time is over.
        await instance.component.shutdown(definition.kind === 'exporter' ? AbortSignal.timeout(50) : NEVER);
        for (const settled of await Promise.all(open)) {
          assert.ok(settled.kind === 'accepted' || settled.kind === 'refused');
          if (next.offered > 0)
            assert.deepEqual(
              [settled.kind, settled.kind === 'refused' && settled.retryable],
              [outcome.kind, outcome.kind === 'refused' && outcome.retryable],
            );
        }
        assert.equal(instance.account.imbalance(), 0);
        assert.equal(instance.account.queued, 0);
      }),
    );
  }

  test('an empty batch is accepted', () =>
    eachInstance(definition, ACCEPTED, async (instance) => {
      if (!(await started(instance))) return;
      const { consumeLogs, consumeTraces } = instance.takes;
      const open = [consumeLogs?.([]), consumeTraces?.([])].filter((one) => one !== undefined);
      await instance.component.shutdown(NEVER);
      for (const settled of await Promise.all(open)) assert.deepEqual(settled, ACCEPTED);
      assert.equal(instance.account.imbalance(), 0);
    }));
}
