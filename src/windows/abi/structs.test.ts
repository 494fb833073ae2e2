import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import koffi, { type TypeObject } from 'koffi';
import * as job from './job_structs.ts';
import { type FieldType, type Struct, struct } from './layout.ts';
import * as etw from './structs.ts';
import * as trust from './trust_structs.ts';

const STRUCTS = [...etw.STRUCTS, ...job.JOB_STRUCTS, ...trust.TRUST_STRUCTS];

/** `STRUCT FIELD` to its offset; `(size)` and `(align)` stand for fields. */
const FACTS = new Map(
  readFileSync(new URL('testdata/layouts.tsv', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .map(([name, field, offset]) => [`${name} ${field}`, Number(offset)]),
);

test('every struct that is declared is in the list', () => {
  const { STRUCTS: _, ...ofEtw } = etw;
  const { JOB_STRUCTS: __, SERVERSILO_SIZES: ___, ...ofJobs } = job;
  const { TRUST_STRUCTS: ____, ...ofTrust } = trust;
  assert.deepEqual(new Set(STRUCTS), new Set(Object.values({ ...ofEtw, ...ofJobs, ...ofTrust })));
});

test('each struct has the size, alignment and offsets of the table', () => {
  for (const { name, size, align, fields } of STRUCTS) {
    assert.equal(size, FACTS.get(`${name} (size)`), `size of ${name}`);
    assert.equal(align, FACTS.get(`${name} (align)`), `alignment of ${name}`);
    for (const field of fields)
      assert.equal(field.offset, FACTS.get(`${name} ${field.name}`), `${name}.${field.name}`);
  }
});

// koffi lays structs out by the C compiler's rules, on its own: a second opinion on our arithmetic.
test('koffi lays the same declarations out in the same way', () => {
  for (const { name, size, align, fields } of STRUCTS) {
    const type = koffiStruct(declaredAs(name));
    assert.equal(koffi.sizeof(type), size, `size of ${name}`);
    assert.equal(koffi.alignof(type), align, `alignment of ${name}`);
    for (const field of fields)
      assert.equal(koffi.offsetof(type, memberName(field.name)), field.offset, `${name}.${field.name}`);
  }
});

test('a field of the table that stands elsewhere would be noticed', () => {
  const wrong = struct('EVENT_MAP_ENTRY', { Value: 'uint32', OutputOffset: 'uint32' });
  assert.notEqual(wrong.at.Value, FACTS.get('EVENT_MAP_ENTRY Value'));
});

function declaredAs(name: string): Struct {
  const found = STRUCTS.find((one) => one.name === name);
  assert.ok(found);
  return found;
}

function koffiStruct({ fields }: Struct): TypeObject {
  return koffi.struct(
    Object.fromEntries(fields.map(({ name, type }) => [memberName(name), koffiType(type)])),
  );
}

function koffiType(type: FieldType): TypeObject {
  if (type === 'pointer') return koffi.type('void *');
  if (typeof type === 'string') return koffi.type(type);
  return 'of' in type ? koffi.array(koffiType(type.of), type.count) : koffiStruct(type);
}

/** koffi takes no dots; a C name has them where a union has a name. */
function memberName(name: string): string {
  return name.replaceAll('.', '_');
}
