/** Findings of the `ocsf` processor are valid by OCSF's own schema, which allows nothing that it does not name. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { OCSF_VERSION } from '../../processors/ocsf/finding.ts';
import { demoRecords } from '../support/demo_records.ts';
import { run } from './peers/process.ts';
import { ensureVenv } from './peers/venv.ts';

const python = await ensureVenv('ocsf', ['ocsf-json-schema==1.2.0', 'jsonschema==4.25.1']);
const folder = mkdtempSync(join(tmpdir(), 'sigel-ocsf-'));
after(() => rmSync(folder, { recursive: true }));
const skip = python.kind === 'missing' ? python.reason : false;

/** What OCSF's schema says against each of these. */
async function complaints(findings: readonly unknown[]): Promise<readonly (readonly string[])[]> {
  assert.equal(python.kind, 'ready');
  const script = join(import.meta.dirname, 'python_readers', 'ocsf.py');
  const file = join(folder, 'findings.jsonl');
  writeFileSync(file, findings.map((finding) => `${JSON.stringify(finding)}\n`).join(''));
  const { code, stdout, stderr } = await run(python.path, [script, OCSF_VERSION, file]);
  assert.equal(code, 0, stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as readonly string[]);
}

test('the demo’s detections are valid Detection Findings, and what is not is found', { skip }, async () => {
  const records = await demoRecords('ocsf');
  const findings = records
    .filter(({ eventName }) => eventName === 'sigel.detection')
    .map(({ body }) => body as object);
  assert.ok(findings.length > 10);
  const wrong = { ...findings[0], class_uid: undefined, pod: 'shop-web' };
  const found = await complaints([...findings, wrong]);
  assert.deepEqual(
    found.slice(0, -1),
    findings.map(() => []),
  );
  assert.match(found.at(-1)?.join('\n') ?? '', /'pod' was unexpected[\s\S]*'class_uid' is a required/);
});
