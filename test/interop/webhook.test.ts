/** What the `webhook` exporter signs is accepted by the library that peers check it with; what is changed on its way is not. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { OtlpHttpServer } from '../support/otlp_http_server.ts';
import { run } from './peers/process.ts';
import { ensureVenv } from './peers/venv.ts';
import { ROOT } from './shared_data.ts';
import { sigelWithConfig } from './sigel.ts';

const python = await ensureVenv('webhook', ['standardwebhooks==1.0.1']);
const skip = python.kind === 'missing' ? python.reason : false;
const folder = mkdtempSync(join(tmpdir(), 'sigel-webhook-'));
after(() => rmSync(folder, { recursive: true }));

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

test('the demo’s detections, each a signed request', { skip }, async (t) => {
  assert.equal(python.kind, 'ready');
  const peer = await OtlpHttpServer.start();
  t.after(() => peer.stop());
  const { code, stderr } = await sigelWithConfig(`
receivers: { etl: { include: [${JSON.stringify(join(ROOT, 'config', 'demo', 'shop_attack.etl.gz'))}] } }
processors: { process: {}, signature: { builtin: true }, filter: { include: [{ event_names: [sigel.detection] }] } }
exporters:
  webhook:
    endpoint: ${peer.url}
    hmac: { secret: ${SECRET} }
    body: { at: "{{time}}", rule: "{{security_rule.name}}", command: "{{process.command_line}}" }
service:
  pipelines: { logs: { receivers: [etl], processors: [process, signature, filter], exporters: [webhook] } }
`);
  assert.equal(code, 0, stderr);
  const requests = peer.requests.map(({ headers, body }) => ({ headers, body: String(body) }));
  assert.ok(requests.length > 2, stderr);
  const [first] = requests;
  const forged = { ...first, body: first?.body.replace('at', 'AT') };
  const file = join(folder, 'requests.jsonl');
  writeFileSync(file, [...requests, forged].map((request) => `${JSON.stringify(request)}\n`).join(''));
  const script = join(import.meta.dirname, 'python_readers', 'webhook.py');
  const verified = await run(python.path, [script, SECRET, file]);
  assert.equal(verified.code, 0, verified.stderr);
  const said = verified.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  assert.deepEqual(
    said.slice(0, -1),
    requests.map(({ body }) => JSON.parse(body) as unknown),
  );
  assert.match(String(said.at(-1)), /^refused/);
});
