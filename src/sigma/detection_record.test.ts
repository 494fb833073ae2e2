import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logRecord } from '../../test/support/log_records.ts';
import { Source } from '../config/source.ts';
import { scopeFor } from '../model/scope.ts';
import { DetectionRecords } from './detection_record.ts';
import { readSigma } from './rule/read.ts';

const RULE = 'title: a\nlogsource: {product: windows}\ndetection: {a: {F: 1}, condition: a}\n';

test('a detection names the pack that brought its rule, as it is now', () => {
  const [rule] = readSigma(new Source('https://packs/p#a.yml', RULE), new Map()).documents;
  assert.ok(rule?.kind === 'rule');
  let digest: string | undefined = 'aa';
  const files: string[] = [];
  const records = new DetectionRecords(scopeFor('signature'), {
    provenance: false,
    packDigest: (file) => {
      files.push(file);
      return digest;
    },
  });
  const told = () => {
    const detection = { rule, record: logRecord(1), correlation: undefined };
    return records.of(detection).attributes['sigel.rule.pack_digest'];
  };
  assert.equal(told(), 'aa');
  digest = 'bb';
  assert.equal(told(), 'bb');
  digest = undefined;
  assert.equal(told(), undefined);
  assert.deepEqual(new Set(files), new Set(['https://packs/p#a.yml']));
});
