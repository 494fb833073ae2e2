import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Source } from '../../config/source.ts';
import type { SigmaRule } from '../rule/documents.ts';
import { readSigma } from '../rule/read.ts';
import { type Coverage, coverageOf, type Surroundings } from './coverage.ts';
import { recordedNames } from './recorded.ts';
import { defaultSurroundings, withFileFacts } from './surroundings.ts';

/** A rule from its log source and detection, in YAML. */
function rule(logsource: string, detection: string): SigmaRule {
  const text = `title: t\nlogsource: { product: windows, ${logsource} }\ndetection:\n${detection.replace(/^/gm, '  ')}\n`;
  const { documents, failures } = readSigma(new Source('rule.yml', text), new Map());
  assert.deepEqual(failures, []);
  const [only] = documents;
  return only?.kind === 'rule' ? only : assert.fail('no rule');
}

const PROCESS = 'category: process_creation';
const fires = (...unchecked: string[]): Coverage => ({ kind: 'fires', unchecked });
const lacks = (...missing: string[]): Coverage => ({ kind: 'lacks_fields', missing });
const DEFAULT = defaultSurroundings();
const WITH_FILES = withFileFacts(DEFAULT);
const ALL: Surroundings = { ...DEFAULT, eventNames: 'all' };

const rows: readonly [title: string, rule: SigmaRule, surroundings: Surroundings, coverage: Coverage][] = [
  [
    'fields that are there',
    rule(PROCESS, "s: { Image|endswith: '\\x.exe', ParentImage: a }\ncondition: s"),
    DEFAULT,
    fires(),
  ],
  [
    'a field of a file',
    rule(PROCESS, 's: { Product: a, Image: b }\ncondition: s'),
    DEFAULT,
    lacks('Product'),
  ],
  [
    'a field of a file, read',
    rule(PROCESS, 's: { Product: a, Image: b }\ncondition: s'),
    WITH_FILES,
    fires(),
  ],
  [
    'a digest where none is made',
    rule(PROCESS, 's: { Hashes|contains: a }\ncondition: s'),
    { ...WITH_FILES, without: new Set(['Hashes']) },
    lacks('Hashes'),
  ],
  ['a digest', rule(PROCESS, 's: { Hashes|contains: a }\ncondition: s'), WITH_FILES, fires()],
  [
    'another branch',
    rule(
      PROCESS,
      's: [{ OriginalFileName: a }, { Image: b }]\nt: { CommandLine: c }\ncondition: all of them',
    ),
    DEFAULT,
    fires(),
  ],
  [
    'no other branch',
    rule(PROCESS, 's: { Product: a }\nt: { CurrentDirectory: b, Image: c }\ncondition: s or t'),
    DEFAULT,
    lacks('Product'),
  ],
  [
    'an exclusion by a field that is not there',
    rule(PROCESS, 's: { Image: a }\nf: { Company: b, Image: c }\ncondition: s and not f'),
    DEFAULT,
    fires('Company'),
  ],
  [
    'an exclusion of which one part is there',
    rule(PROCESS, 's: { Image: a }\nf: [{ Company: b }, { Image: c }]\ncondition: s and not 1 of f*'),
    DEFAULT,
    fires('Company'),
  ],
  ['not not', rule(PROCESS, 's: { Product: a }\ncondition: not (not s)'), DEFAULT, lacks('Product')],
  [
    'a field that must be missing',
    rule(PROCESS, 's: { Product: null }\ncondition: s'),
    DEFAULT,
    lacks('Product'),
  ],
  ['keywords', rule('service: taskscheduler', 's: [evil]\ncondition: s'), DEFAULT, fires()],
  [
    'a log source that ETW does not tell of',
    rule('category: pipe_created', 's: { PipeName: a }\ncondition: s'),
    ALL,
    { kind: 'no_logsource' },
  ],
  [
    'an event that the preset leaves out',
    rule('category: file_access', 's: { FileName: a }\ncondition: s'),
    DEFAULT,
    { kind: 'not_recorded', eventNames: ['file.open'] },
  ],
  ['all that was recorded', rule('category: file_access', 's: { FileName: a }\ncondition: s'), ALL, fires()],
  [
    'an event of a channel by its id',
    rule('service: bits-client', 's: { EventID: 3, processPath: a }\ncondition: s'),
    DEFAULT,
    fires(),
  ],
  [
    'a field of another event of the channel',
    rule('service: bits-client', 's: { EventID: 59, processPath: a }\ncondition: s'),
    DEFAULT,
    lacks('processPath'),
  ],
  [
    'one of several events has the field',
    rule('service: bits-client', 's: { EventID: [3, 59], processPath: a }\ncondition: s'),
    DEFAULT,
    fires(),
  ],
  [
    'an id that its provider does not have',
    rule('service: bits-client', 's: { EventID: 77777 }\ncondition: s'),
    ALL,
    { kind: 'not_recorded', eventNames: [] },
  ],
];
for (const [title, of, surroundings, coverage] of rows) {
  test(`coverage: ${title}`, () => assert.deepEqual(coverageOf(of, surroundings), coverage));
}

const FILE = 'Microsoft-Windows-Kernel-File';
const sessions: readonly [
  title: string,
  provider: Parameters<typeof recordedNames>[0][number]['providers'][number],
  there: string,
  not: string,
][] = [
  ['by name of a keyword', { provider: FILE, keywords_any: ['CREATE_NEW_FILE'] }, 'file.create', 'file.open'],
  [
    'by mask, and GUID',
    { provider: '{EDD08927-9CC4-4E65-B970-C2560FB5C289}', keywords_any: ['0x80'] },
    'file.open',
    'file.create',
  ],
  [
    'by ids',
    { provider: FILE, keywords_any: [], event_ids: { include: [26] } },
    'file.delete',
    'file.create',
  ],
  [
    'but ids',
    { provider: FILE, keywords_any: [], event_ids: { exclude: [30] } },
    'file.delete',
    'file.create',
  ],
];
for (const [title, provider, there, not] of sessions) {
  test(`recorded names: a provider ${title}`, () => {
    const names = recordedNames([{ kernel: [], providers: [provider] }]);
    assert.ok(names.has(there) && !names.has(not), [...names].join());
  });
}
test('recorded names: an unknown provider gives none; the kernel logger gives processes', () => {
  assert.equal(
    recordedNames([{ kernel: [], providers: [{ provider: 'Nobody', keywords_any: [] }] }]).size,
    0,
  );
  assert.ok(recordedNames([{ kernel: ['process'], providers: [] }]).has('process.start'));
});
