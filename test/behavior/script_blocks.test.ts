import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { eventTable } from '../scenario/event_tables.ts';
import type { Process } from '../scenario/process.ts';
import { type Scenario, scenario } from '../scenario/scenario.ts';
import { correlated } from './correlated.ts';

const NAME = 'powershell.script_block';

/** Logs some parts of a script block, in the order given. */
function logs(s: Scenario, p: Process, id: string, total: number, parts: readonly number[], level = 5): void {
  for (const part of parts) {
    s.recorder.manifest({ ...eventTable('powershell', 4104, 1), level }, p.emitter(), {
      MessageNumber: part,
      MessageTotal: total,
      ScriptBlockText: `<${part}>`,
      ScriptBlockId: id,
      Path: 'C:\\x.ps1',
    });
  }
}

test('a script in parts is one record with the whole text', () => {
  const s = scenario();
  const p = s.process('powershell.exe');
  p.runsScript('Get-Service; Get-Process; Get-Date', { partSize: 7 });
  const { only, records, account } = correlated(s.trace());
  const script = only(NAME);
  assert.equal(script['powershell.script_block.parts'], 5);
  assert.equal(script['powershell.script_block.part'], undefined);
  assert.equal(script['powershell.script_block.missing_parts'], undefined);
  assert.equal(
    records.find(({ eventName }) => eventName === NAME)?.body,
    'Get-Service; Get-Process; Get-Date',
  );
  assert.equal(account.merged, 5);
});

test('scripts that run at the same time are told apart by process and id', () => {
  const s = scenario();
  const [one, other] = [s.process('powershell.exe'), s.process('powershell.exe')];
  logs(s, one, 'a', 3, [1]);
  logs(s, other, 'a', 2, [1]);
  logs(s, one, 'b', 2, [1]);
  logs(s, one, 'a', 3, [2]);
  logs(s, other, 'a', 2, [2]);
  logs(s, one, 'a', 3, [3]);
  logs(s, one, 'b', 2, [2]);
  const { records } = correlated(s.trace());
  assert.deepEqual(
    records.filter(({ eventName }) => eventName === NAME).map(({ body }) => body),
    ['<1><2><3>', '<1><2>', '<1><2>'],
  );
});

const INCOMPLETE: readonly [title: string, parts: readonly number[], body: string, missing: number][] = [
  ['a part in the middle', [1, 3, 4, 5], '<1>\n… [part 2 missing]\n<3><4><5>', 1],
  ['the first parts', [3, 4, 5], '\n… [parts 1 to 2 missing]\n<3><4><5>', 2],
  ['the last parts', [1, 2], '<1><2>\n… [parts 3 to 5 missing]\n', 3],
  ['all but one', [3], '\n… [parts 1 to 2 missing]\n<3>\n… [parts 4 to 5 missing]\n', 4],
];
for (const [title, parts, body, missing] of INCOMPLETE) {
  test(`missing: ${title}`, () => {
    const s = scenario();
    const p = s.process('powershell.exe');
    logs(s, p, 'a', 5, parts);
    for (let i = 0; i < 30; i++) {
      s.after('100ms');
      p.resolves('x.example');
    }
    const { records, only } = correlated(s.trace());
    assert.equal(records.find(({ eventName }) => eventName === NAME)?.body, body);
    assert.equal(only(NAME)['powershell.script_block.missing_parts'], missing);
  });
}

test('parts in another order', () => {
  const s = scenario();
  const p = s.process('powershell.exe');
  logs(s, p, 'a', 4, [3, 1, 4, 2]);
  const { records } = correlated(s.trace());
  assert.equal(records.find(({ eventName }) => eventName === NAME)?.body, '<1><2><3><4>');
});

test('the same script logged again, before its parts came, is another record', () => {
  const s = scenario();
  const p = s.process('powershell.exe');
  logs(s, p, 'a', 2, [1, 1, 2]);
  const { records } = correlated(s.trace());
  assert.deepEqual(
    records.filter(({ eventName }) => eventName === NAME).map(({ body }) => body),
    ['<1>\n… [part 2 missing]\n', '<1><2>'],
  );
});

test('the worst severity of the parts', () => {
  const s = scenario();
  const p = s.process('powershell.exe');
  logs(s, p, 'a', 3, [1]);
  logs(s, p, 'a', 3, [2], 3);
  logs(s, p, 'a', 3, [3]);
  const { records } = correlated(s.trace());
  assert.equal(records.find(({ eventName }) => eventName === NAME)?.severityNumber, 13);
});

test('the limit of a body holds for the whole text', () => {
  const s = scenario();
  const p = s.process('powershell.exe');
  const text = Array.from({ length: 9000 }, (_, i) => `é${i}\n`).join('');
  p.runsScript(text, { partSize: 5000 });
  const { records, only } = correlated(s.trace());
  const size = Buffer.byteLength(text);
  assert.equal(only(NAME)['sigel.body.original_size'], size);
  const body = records.find(({ eventName }) => eventName === NAME)?.body;
  assert.ok(typeof body === 'string');
  assert.ok(Buffer.byteLength(body) <= 32 * 1024 && Buffer.byteLength(body) > 32_760);
  const mark = `… [cut, ${size} bytes in all]`;
  assert.ok(body.endsWith(mark));
  assert.ok(text.startsWith(body.slice(0, -mark.length)));
});

for (const [title, part, total] of [
  ['a number beyond the total', 9, 3],
  ['part 0', 0, 3],
  ['a total of nothing', 1, 0],
  ['more parts than a script has', 1, 2_000_000_000],
] as const) {
  test(`what cannot be a part goes on as it is: ${title}`, () => {
    const s = scenario();
    const p = s.process('powershell.exe');
    logs(s, p, 'a', total, [part]);
    const { records, only } = correlated(s.trace());
    assert.equal(only(NAME)['powershell.script_block.part'], part);
    assert.equal(records.find(({ eventName }) => eventName === NAME)?.body, `<${part}>`);
  });
}
