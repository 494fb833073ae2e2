import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registered } from '../../model/attributes.ts';
import { Catalogue } from '../catalogue/catalogue.ts';
import { BodyTemplate } from '../record_body.ts';
import { shapeOf } from '../record_plan.ts';
import type { Schema } from '../schema.ts';
import type { EventMapping, ProviderMapping } from './mapping.ts';
import { mappingOf, PROVIDER_MAPPINGS } from './mappings.ts';
import { sigelAgent } from './sigel.ts';

const all: readonly [ProviderMapping, number, EventMapping][] = PROVIDER_MAPPINGS.flatMap((provider) =>
  Object.entries(provider.events).map(
    ([key, event]) => [provider, Number(key), event] as [ProviderMapping, number, EventMapping],
  ),
);

test('a provider has one table', () => {
  assert.equal(new Set(PROVIDER_MAPPINGS.map((mapping) => mapping.guid)).size, PROVIDER_MAPPINGS.length);
  for (const { guid } of PROVIDER_MAPPINGS) assert.match(guid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test('manifest events are found by id, classic ones by opcode, others not at all', () => {
  assert.equal(mappingOf('22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716', 1, 99)?.eventName, 'process.start');
  assert.equal(mappingOf('3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c', 0, 2)?.eventName, 'process.exit');
  assert.equal(mappingOf('22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716', 9999, 1), undefined);
  assert.equal(mappingOf('00000000-0000-0000-0000-000000000000', 1, 1), undefined);
  assert.equal(mappingOf(null, 1, 1), undefined);
});

test('attributes are registered, constants are of their type and stand for themselves', () => {
  for (const [, , event] of all) {
    for (const { to } of event.fields) assert.equal(registered(to.name), to);
    for (const { key, value } of event.constants ?? []) {
      assert.equal(registered(key.name), key);
      assert.equal(typeof value, key.type === 'int' ? 'number' : key.type === 'bool' ? 'boolean' : 'string');
      assert.ok(!event.fields.some(({ to }) => to === key), `${key.name} comes twice`);
    }
  }
});

for (const [provider, key, event] of all) {
  test(`${provider.name} ${key}: ${event.eventName} is well formed`, () => {
    const shape = shapeOf(event, false);
    for (const { eventName, body } of [event, ...(event.variants ?? [])]) {
      assert.match(eventName, /^[a-z_]+(\.[a-z_0-9]+)+$/);
      assert.notEqual(body, '');
      assert.notEqual(new BodyTemplate(body, shape).render([]), '');
    }
    for (const { keys, severity } of event.variants ?? []) {
      for (const key of keys) assert.ok(shape.indexOf(key) >= 0);
      assert.ok(severity >= event.severity, 'a variant raises the severity');
    }
    if (event.raise !== undefined) assert.ok(shape.indexOf(event.raise.key) >= 0);
    const targets = event.fields.map(({ to }) => to);
    assert.equal(new Set(targets).size, targets.length);
  });

  test(`${provider.name} ${key}: the catalogue has the fields it takes`, () => {
    // Texts that are written without a schema have one field.
    const names = provider === sigelAgent ? new Set(['Message']) : catalogued(provider, key);
    const wanted = event.fields.map(({ from, beside }) => [
      ...from,
      ...(beside === undefined ? [] : [beside]),
    ]);
    if (event.bodyField !== undefined) wanted.push([event.bodyField]);
    for (const from of wanted)
      assert.ok(
        from.some((name) => names.has(name)),
        `no version has ${from.join(' or ')}`,
      );
  });
}

function catalogued(provider: ProviderMapping, key: number): ReadonlySet<string> {
  const schemas = schemasOf(provider, key);
  assert.ok(schemas.length > 0, 'the catalogue does not have the event');
  return new Set(schemas.flatMap((schema) => schema.fields.map((field) => field.name)));
}

function schemasOf(provider: ProviderMapping, key: number): Schema[] {
  const catalogue = Catalogue.shipped();
  const schemas: Schema[] = [];
  for (let version = 0; version < 8; version++) {
    const schema =
      provider.keyedBy === 'id'
        ? catalogue.manifest(provider.guid, key, version)
        : catalogue.classic(provider.guid, key, version);
    if (schema !== undefined) schemas.push(schema);
  }
  return schemas;
}
