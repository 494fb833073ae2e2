import assert from 'node:assert/strict';
import { test } from 'node:test';
import { issueLine } from '../../config/issue_line.ts';
import { Source } from '../../config/source.ts';
import { type Expression, testText } from './expression.ts';
import { readSigma, sigmaIn } from './read.ts';
import { ValueList } from './value_list.ts';

const LISTS = new Map([['admins', new ValueList(['root', 'adm*'])]]);

/** A rule with this detection. */
const ruleOf = (detection: string): string =>
  `title: A rule\nlogsource:\n    product: windows\ndetection:\n${detection.replace(/^/gm, '    ')}\n`;

function read(text: string) {
  const { documents, failures } = readSigma(new Source('r.yml', text), LISTS);
  return { documents, failures: failures.map((issues) => issues.map(issueLine)) };
}

/** An expression in one line: and, or and not as functions. */
function shown(expression: Expression): string {
  if (expression.kind === 'test') return testText(expression.test);
  if (expression.kind === 'not') return `not(${shown(expression.of)})`;
  return `${expression.kind}(${expression.of.map(shown).join(', ')})`;
}

const items: readonly [item: string, meaning: string][] = [
  ['Image: CMD.exe', 'Image: cmd.exe'],
  ['Image: [a, b]', 'or(Image: a, Image: b)'],
  ['Image|contains: ab', 'Image: *ab*'],
  ['Image|startswith: ab', 'Image: ab*'],
  ['Image|endswith: ab', 'Image: *ab'],
  ['Image|contains|all: [a, b]', 'and(Image: *a*, Image: *b*)'],
  ["Image: 'a*b?c'", 'Image: a*b?c'],
  ["Image: 'a\\*b\\?c'", 'Image: a\\*b\\?c'],
  ["Image: 'C:\\\\*'", 'Image: c:\\\\*'],
  ["Image: '\\\\\\\\server\\a'", 'Image: \\\\\\\\server\\\\a'],
  ["Image|contains: ''", 'Image: *'],
  ["Image: ''", 'Image: '],
  ['Image: null', 'Image|exists: false'],
  ['Image|exists: false', 'Image|exists: false'],
  ['Image|exists: true', 'not(Image|exists: false)'],
  ['EventID: 4624', 'EventID: 4624'],
  ['Initiated: true', 'Initiated: true'],
  ['Image|cased: CMD', 'Image|cased: CMD'],
  ['Image|re: a+$', 'Image|re: a+$'],
  ['Image|re|i|m|s: a', 'Image|re|i|m|s: a'],
  ['Ip|cidr: 10.0.0.0/8', 'Ip|cidr: 10.0.0.0/8'],
  ["Ip|cidr: 'fe80::/10'", 'Ip|cidr: fe80::/10'],
  ['Cmd|base64: ping', 'Cmd: cgluzw=='],
  ['Cmd|base64offset|contains: foo', 'or(Cmd: *zm9v*, Cmd: *zvb*, Cmd: *mb2*)'],
  ['Cmd|utf16le|base64: a', 'Cmd: yqa='],
  ['Cmd|wide|base64: a', 'Cmd: yqa='],
  ['Cmd|utf16be|base64: a', 'Cmd: age='],
  ['Cmd|utf16|base64: a', 'Cmd: //5haa=='],
  ["Cmd|windash|contains: ' -f'", 'or(Cmd: * -f*, Cmd: * /f*, Cmd: * –f*, Cmd: * —f*, Cmd: * ―f*)'],
  ['Image|fieldref: ParentImage', 'Image|fieldref|whole: ParentImage'],
  ['Image|fieldref|endswith: ParentImage', 'Image|fieldref|end: ParentImage'],
  ['Size|gt: 5', 'Size|gt: 5'],
  ['Size|lte: 5.5', 'Size|lte: 5.5'],
  ['Image|neq: [a, b]', 'not(or(Image: a, Image: b))'],
  ['Time|hour: [22, 23]', 'or(Time|hour|eq: 22, Time|hour|eq: 23)'],
  ['Time|week|gte: 50', 'Time|week|gte: 50'],
  ["User|expand: '%admins%'", 'or(User|expand: %admins%, User: adm*)'],
  ["User|expand|contains: 'x%admins%'", 'or(User: *xroot*, User: *xadm*)'],
  ["'|all': [a, b]", 'and(keyword: *a*, keyword: *b*)'],
];
for (const [item, meaning] of items) {
  test(`item ${item}`, () => {
    const { documents, failures } = read(ruleOf(`sel:\n    ${item}\ncondition: sel`));
    assert.deepEqual(failures, []);
    const [rule] = documents;
    assert.equal(rule?.kind === 'rule' && shown(rule.expression), meaning);
  });
}

const SELECTIONS = 'a: {F: 1}\nb1: {F: 2}\nb2: {F: 3}\n_h: {F: 4}\n';
const conditions: readonly [condition: string, meaning: string][] = [
  ['a', 'F: 1'],
  ['not a', 'not(F: 1)'],
  ['a and not b1 or b2', 'or(and(F: 1, not(F: 2)), F: 3)'],
  ['a and (b1 or b2)', 'and(F: 1, or(F: 2, F: 3))'],
  ['A_ or NOT a', ''],
  ['1 of b*', 'or(F: 2, F: 3)'],
  ['any of b*', 'or(F: 2, F: 3)'],
  ['all of b*', 'and(F: 2, F: 3)'],
  ['all of them', 'and(F: 1, F: 2, F: 3)'],
  ['1 of them and _h', 'and(or(F: 1, F: 2, F: 3), F: 4)'],
  ['not 1 of b*', 'not(or(F: 2, F: 3))'],
  ['[a, b1]', 'or(F: 1, F: 2)'],
];
for (const [condition, meaning] of conditions.filter(([, meaning]) => meaning !== '')) {
  test(`condition ${condition}`, () => {
    const { documents, failures } = read(ruleOf(`${SELECTIONS}condition: ${condition}`));
    assert.deepEqual(failures, []);
    const [rule] = documents;
    assert.equal(rule?.kind === 'rule' && shown(rule.expression), meaning);
  });
}

test('lists of maps, keywords and both in one search', () => {
  const { documents } = read(
    ruleOf('sel:\n    - {A: 1, B: 2}\n    - word\n    - {C: [3, 4]}\ncondition: sel'),
  );
  const [rule] = documents;
  assert.equal(
    rule?.kind === 'rule' && shown(rule.expression),
    'or(and(A: 1, B: 2), keyword: *word*, C: 3, C: 4)',
  );
});

const wrong: readonly [title: string, text: string, errors: readonly string[]][] = [
  [
    'no title',
    'logsource: {product: x}\ndetection: {a: {F: 1}, condition: a}',
    ['r.yml:1:1: title is missing'],
  ],
  ['no log source', 'title: t\ndetection: {a: {F: 1}, condition: a}', ['r.yml:1:1: logsource is missing']],
  [
    'no Sigma document',
    'title: t',
    [
      'r.yml:1:1: this is no Sigma document (a rule has "detection", a correlation "correlation", a filter "filter")',
    ],
  ],
  ['no map', '- a', ['r.yml:1:1: expected a Sigma document: a map']],
  [
    'a level that is none',
    `level: grave\n${ruleOf('a: {F: 1}\ncondition: a')}`,
    ['r.yml:1:8: level: there is no "grave" (valid values: critical, high, informational, low, medium)'],
  ],
  [
    'an unknown modifier',
    ruleOf('a:\n    F|containz: 1\ncondition: a'),
    ['r.yml:6:9: there is no modifier "containz" (did you mean "contains"?)'],
  ],
  [
    'i without re',
    ruleOf('a:\n    F|i: 1\ncondition: a'),
    ['r.yml:6:9: the modifiers i, m and s go with re'],
  ],
  [
    'look-around',
    ruleOf("a:\n    F|re: '(?=a)'\ncondition: a"),
    [
      "r.yml:6:15: error parsing regexp: invalid or unsupported Perl syntax: `(?=` (expressions are RE2's: no look-around, no back references)",
    ],
  ],
  [
    'a network that is none',
    ruleOf('a:\n    F|cidr: 10.0.0.0/33\ncondition: a'),
    ['r.yml:6:17: expected a network such as 10.0.0.0/8, got "10.0.0.0/33"'],
  ],
  [
    'wildcards to encode',
    ruleOf("a:\n    F|base64: 'a*'\ncondition: a"),
    ['r.yml:6:19: base64 takes no wildcards'],
  ],
  [
    'a list that is not there',
    ruleOf("a:\n    F|expand: '%dcs%'\ncondition: a"),
    ['r.yml:6:19: there is no list "dcs" for expand (give its values under "lists")'],
  ],
  ['an empty search', ruleOf('a: {}\ncondition: a'), ['r.yml:5:8: an empty search']],
  ['no condition', ruleOf('a: {F: 1}'), ['r.yml:5:5: a condition is missing']],
  [
    'a name that is not there',
    ruleOf('sel: {F: 1}\ncondition: se1'),
    ['r.yml:6:16: nothing here is called "se1" (did you mean "sel"?)'],
  ],
  ['nothing behind and', ruleOf('a: {F: 1}\ncondition: a and'), ['r.yml:6:18: the condition ends too early']],
  [
    'an open parenthesis',
    ruleOf('a: {F: 1}\ncondition: a or (a'),
    ['r.yml:6:21: this parenthesis is not closed'],
  ],
  [
    'two names side by side',
    ruleOf('a: {F: 1}\ncondition: a a'),
    ['r.yml:6:18: expected "and" or "or" before "a"'],
  ],
  [
    'a count that is none',
    ruleOf('a: {F: 1}\ncondition: 2 of them'),
    ['r.yml:6:16: expected "1 of", "any of" or "all of"'],
  ],
  [
    'an aggregation',
    ruleOf('a: {F: 1}\ncondition: a | count() > 5'),
    ['r.yml:6:16: aggregations with "|" are of Sigma 1 (write a correlation document instead)'],
  ],
  ['deep nesting', ruleOf(`a: {F: 1}\ncondition: ${'('.repeat(70)}a`), ['r.yml:6:80: more than 64 levels']],
  [
    'too many variants',
    ruleOf("a:\n    F|windash: '-a -b -c -d -e'\ncondition: a"),
    ['r.yml:6:20: windash makes more than 625 texts of this value'],
  ],
  [
    'broken YAML',
    'title: [',
    ['r.yml:1:9: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ],
];
for (const [title, text, errors] of wrong) {
  test(`wrong: ${title}`, () => assert.deepEqual(read(text), { documents: [], failures: [errors] }));
}

test('one wrong document does not keep the others of its file from loading', () => {
  const { documents, failures } = read(
    `${ruleOf('a: {F: 1}\ncondition: a')}---\ntitle: none\n---\n${ruleOf('a: {F: 2}\ncondition: a')}`,
  );
  assert.deepEqual([documents.length, failures.length], [2, 1]);
});

test('keys that the specification does not know are tolerated', () => {
  const { failures } = read(`custom: {a: [1]}\n${ruleOf('a: {F: 1}\ncondition: a')}`);
  assert.deepEqual(failures, []);
});

test('rule collections: global lies under the documents behind it until reset, repeat over the one before', () => {
  const { documents, failures } = read(
    `action: global\ntitle: common\nlogsource: {product: windows}\ndetection: {condition: a}\n---
detection: {a: {F: 1}}\n---
action: repeat\ntitle: again\n---
action: reset\n---
${ruleOf('a: {F: 3}\ncondition: a')}`,
  );
  assert.deepEqual(failures, []);
  const rules = documents.filter((one) => one.kind === 'rule');
  assert.deepEqual(
    rules.map((rule) => [rule.metadata.title, shown(rule.expression)]),
    [
      ['common', 'F: 1'],
      ['again', 'F: 1'],
      ['A rule', 'F: 3'],
    ],
  );
});

test('a file of many documents is read in steps of one', () => {
  const count = 50;
  const text = Array.from({ length: count }, () => ruleOf('a: {Image: a}\ncondition: a')).join('---\n');
  const steps = sigmaIn(new Source('r.yml', text), LISTS);
  for (let taken = 0; ; taken++) {
    const step = steps.next();
    if (step.done !== true) continue;
    assert.equal(step.value.documents.length, count);
    // Each is parsed, made a tree and made a rule.
    assert.equal(taken, 3 * count);
    return;
  }
});
