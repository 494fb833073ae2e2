import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { HrTime } from '@opentelemetry/api';
import { type LogFacts, type Logger, SILENT } from '../../telemetry/logger.ts';
import { JournalPlayer, type PlayOptions } from './player.ts';

// Files as they may come: cut, damaged, huge, of another version, and what is said of them.

const folder = mkdtempSync(join(tmpdir(), 'sigel-player-'));
after(() => rmSync(folder, { recursive: true }));

const told = (second: number): string => `2026-03-02T09:15:${String(second).padStart(2, '0')}.5Z`;
const at = (second: number): HrTime => [Date.parse(told(second)) / 1000 - 0.5, 500_000_000];
const LAST = at(59);
const HEADER = { kind: 'journal', version: 1, told: told(0), host: 'node-1' };
const DETAILS = {
  type: 'container',
  isolation: 'process',
  labels: {},
  runtime: 'io.containerd.runhcs.v1',
  pod_labels: {},
  complete: true,
};
const container = (id: string, second = 1, changes: object = {}) => ({
  kind: 'container',
  told: told(second),
  namespace: 'k8s.io',
  id,
  details: { ...DETAILS, ...changes },
});
const lines = (...values: unknown[]): string =>
  values.map((value) => `${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join('');

interface Played {
  readonly ids: string[];
  readonly said: string[];
  readonly skipped: number;
}

function fileOf(text: string | Uint8Array): string {
  const path = join(folder, 'x.containers.ndjson');
  writeFileSync(path, text);
  return path;
}

function played(text: string | Uint8Array, options: Partial<PlayOptions> = {}): Played {
  const said: string[] = [];
  const warn = (message: string, facts: LogFacts = {}): void => {
    said.push([message, facts['line'], facts['reason'] ?? facts['lines']].join(' | '));
  };
  const logger: Logger = { ...SILENT, warn };
  const player = new JournalPlayer({ path: fileOf(text), logger, ...options });
  player.open();
  player.advance(LAST);
  const ids = Array.from(player.containers.all(), ({ id }) => id);
  player.close();
  return { ids, said, skipped: player.skipped };
}

const skips = (line: number, reason: string): string =>
  `a line of the journal is skipped | ${line} | ${reason}`;
const WHOLE = lines(HEADER, container('a'), container('b'));

for (const [title, text, ids, said] of [
  ['whole', WHOLE, ['a', 'b'], []],
  ['without its last newline', WHOLE.slice(0, -1), ['a', 'b'], []],
  ['cut in its last line', WHOLE.slice(0, -9), ['a'], [skips(3, 'the file ends in it')]],
  [
    'with a byte-order mark, Windows’ newlines and an empty line',
    `\ufeff${WHOLE.replaceAll('\n', '\r\n')}\r\n`,
    ['a', 'b'],
    [],
  ],
  ['only begun', lines(HEADER), [], []],
  [
    'with no JSON in the middle',
    lines(HEADER, '{"kind": "contai', container('b')),
    ['b'],
    [skips(2, 'it is no JSON object with a kind')],
  ],
  ['with a list', lines(HEADER, [1], container('b')), ['b'], [skips(2, 'it is no JSON object with a kind')]],
  [
    'of a later Sigel: other kinds of lines, and more keys',
    lines({ ...HEADER, colour: 'red' }, { kind: 'weather', told: told(1) }, { ...container('b'), mood: 1 }),
    ['b'],
    [skips(2, 'its kind "weather" is not known here')],
  ],
  [
    'with a wrong value',
    lines(HEADER, container('a', 1, { isolation: 'total' }), container('../b'), container('c')),
    ['c'],
    [/details\.isolation: Invalid option/, /id: expected an identifier/],
  ],
  [
    'with no time',
    lines(HEADER, { ...container('a'), told: '2026-02-31T09:15:00Z and more' }),
    [],
    [/told: expected a time in UTC/],
  ],
  [
    'with a line that is too long',
    lines(HEADER, container('a', 1, { labels: { x: 'y'.repeat(4 * 2 ** 20) } }), container('b')),
    ['b'],
    [skips(2, 'it is longer than any line may be')],
  ],
] as const) {
  test(`a journal ${title}`, () => {
    const run = played(text);
    assert.deepEqual(run.ids, ids);
    assert.equal(run.said.length, said.length, run.said.join('\n'));
    said.forEach((one, i) =>
      typeof one === 'string' ? assert.equal(run.said[i], one) : assert.match(run.said[i] ?? '', one),
    );
  });
}

test('many bad lines: the first are told one by one, then their number', () => {
  const { skipped, said } = played(lines(HEADER, ...Array.from({ length: 5000 }, () => 'no')));
  assert.equal(skipped, 5000);
  assert.equal(said.length, 11);
  assert.equal(said.at(-1), 'lines of the journal were skipped |  | 5000');
});

test('more containers than are kept: those that run no more go first', () => {
  const text = lines(HEADER, ...Array.from({ length: 50 }, (_, n) => container(`c${n}`)));
  assert.deepEqual(played(text, { maxContainers: 2 }).ids, ['c48', 'c49']);
});

test('containers that would fill the memory are skipped', () => {
  const text = lines(HEADER, ...Array.from({ length: 8 }, (_, n) => container(`c${n}`)));
  const size = Buffer.byteLength(JSON.stringify(container('c0')));
  const { ids, skipped, said } = played(text, { maxBytes: 3 * size });
  assert.deepEqual([ids, skipped], [['c0', 'c1', 'c2'], 5]);
  assert.match(said[0] ?? '', /too many containers with too many labels/);
});

test('what was told is told when the trace comes to it, a second ahead as live', () => {
  const player = new JournalPlayer({
    path: fileOf(lines(HEADER, container('a', 5), container('b', 9))),
    logger: SILENT,
  });
  player.open();
  const seen: string[] = [];
  player.subscribe((change) => {
    if ('container' in change) seen.push(`${change.kind} ${change.container.id}`);
  });
  const steps = [3, 4, 4, 7, 8, 20].map((second) => [player.advance(at(second)), seen.length]);
  assert.deepEqual(steps, [
    [false, 0],
    [true, 1],
    [false, 1],
    [false, 1],
    [true, 2],
    [false, 2],
  ]);
  assert.deepEqual(player.time(), at(9));
  player.close();
});

test('a deleted container is forgotten two minutes later, in the trace’s time', () => {
  const gone = { kind: 'delete', told: told(2), at: told(2), namespace: 'k8s.io', id: 'a' };
  const player = new JournalPlayer({ path: fileOf(lines(HEADER, container('a'), gone)), logger: SILENT });
  player.open();
  player.advance(at(50));
  assert.equal(player.containers.size, 1);
  player.advance([at(0)[0] + 300, 0]);
  assert.equal(player.containers.size, 0);
  player.close();
});

for (const [title, text, says] of [
  ['is empty', '', /x\.containers\.ndjson cannot be read: it is empty/],
  [
    'is a trace',
    new Uint8Array([0, 0, 1, 0, 10, 7, 7]),
    /its first line is not that of a journal of containers$/,
  ],
  ['has no first line', lines(container('a')), /its first line is not that of a journal/],
  [
    'is of another version',
    lines({ ...HEADER, version: 2 }),
    /has version 2 of the format, and this Sigel reads version 1/,
  ],
  ['has a first line without a host', lines({ ...HEADER, host: undefined }), /journal of containers: host: /],
  ['has one endless line', `{${' '.repeat(5 * 2 ** 20)}`, /its first line is not that/],
] as const) {
  test(`a file that ${title} is refused`, () => {
    const player = new JournalPlayer({ path: fileOf(text), logger: SILENT });
    assert.throws(() => player.open(), { message: says });
  });
}

for (const [path, says] of [
  [join(folder, 'none.ndjson'), /none\.ndjson cannot be read: no such file/],
  [folder, /cannot be read: it is a directory$/],
] as const) {
  test(`${path === folder ? 'a folder' : 'a file that is not there'} is refused`, () => {
    assert.throws(() => new JournalPlayer({ path, logger: SILENT }).open(), { message: says });
  });
}
