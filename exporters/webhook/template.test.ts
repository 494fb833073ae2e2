import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logRecord } from '../../test/support/log_records.ts';
import { complaintOf, DEFAULT_BODY, render } from './template.ts';

const RECORD = logRecord(7, {
  body: { text: 'a "quoted"\nbody' },
  spanContext: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 },
});
const COMMAND = 'C:\\Windows\\tool.exe /n 7';

for (const [title, template, expected] of [
  ['a text without placeholders', 'x', 'x'],
  ['an attribute of the record', 'ran {{process.command_line}}!', `ran ${COMMAND}!`],
  ['an attribute of the resource', '{{ host.name }}', 'node-1'],
  ['a number alone stays one', '{{process.pid}}', 7],
  ['a number in text', 'pid {{process.pid}}', 'pid 7'],
  ['what is not there, alone', '{{k8s.pod.name}}', null],
  ['what is not there, in text', '[{{k8s.pod.name}}]', '[]'],
  ['a map alone', '{{body}}', { text: 'a "quoted"\nbody' }],
  ['a map in text is JSON', 'x {{body}}', 'x {"text":"a \\"quoted\\"\\nbody"}'],
  ['fields', '{{event_name}} {{severity_text}} {{severity_number}}', 'process.start INFO 9'],
  ['a time', '{{time}}', '2023-11-14T22:13:20.0000000Z'],
  ['ids', '{{trace_id}}/{{span_id}}', `${'a'.repeat(32)}/${'b'.repeat(16)}`],
  ['nested', { a: [{ b: '{{process.pid}}' }, true, 3] }, { a: [{ b: 7 }, true, 3] }],
  ['no name of an object’s own', '{{constructor}}', null],
] as const) {
  test(title, () => assert.deepEqual(JSON.parse(render(template, RECORD)), expected));
}

test('a value cannot become a placeholder, nor leave its text', () => {
  const record = logRecord(1, { body: '","x":"{{host.name}}' });
  assert.deepEqual(JSON.parse(render({ a: '>{{body}}' }, record)), { a: '>","x":"{{host.name}}' });
});

test('bytes are base64', () => {
  const record = logRecord(1, { body: new Uint8Array([1, 2, 3]) });
  assert.equal(render({ alone: '{{body}}', text: 'x{{body}}' }, record), '{"alone":"AQID","text":"xAQID"}');
});

test('unless told otherwise, all of a record', () => {
  const sent = JSON.parse(render(DEFAULT_BODY, RECORD)) as Record<string, unknown>;
  assert.deepEqual(
    { ...sent, attributes: 0 },
    {
      time: '2023-11-14T22:13:20.0000000Z',
      severity: 'INFO',
      event_name: 'process.start',
      body: { text: 'a "quoted"\nbody' },
      attributes: 0,
      resource: { 'host.name': 'node-1' },
    },
  );
  assert.deepEqual(sent['attributes'], RECORD.attributes);
});

for (const [template, wrong] of [
  ['{{a}}', false],
  [{ a: ['x', { b: '{{ a.b }}' }], n: 1, z: null }, false],
  ['{{a', true],
  ['a}}', true],
  ['{{}}', true],
  [{ a: ['x', { b: '{{a b}}' }] }, true],
] as const) {
  test(`${JSON.stringify(template)} is ${wrong ? 'no' : 'a'} template`, () =>
    assert.equal(complaintOf(template) !== undefined, wrong));
}
