/** Policies that Open Policy Agent compiles, as signatures: the one of docs/signatures.md, and others in both versions of Rego. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { Signatures } from '../../src/signatures/signatures.ts';
import { logRecord } from '../support/log_records.ts';
import { folderOf } from '../support/signature_files.ts';
import { ensureOpa } from './peers/opa_build.ts';
import type { Peer } from './peers/peer.ts';
import { run } from './peers/process.ts';
import { isCi } from './peers/tools.ts';

const opa = await ensureOpa();

function reasonOf(peer: Peer): string | false {
  if (peer.kind === 'ready') return false;
  // In CI nothing is left out in silence, unless the time budget says so.
  if (isCi() && !peer.excused) throw new Error(peer.reason);
  return peer.reason;
}

const document = readFileSync(new URL('../../docs/signatures.md', import.meta.url), 'utf8');
const [, documented = ''] = /^```rego\n([^]*?)^```$/m.exec(document) ?? [];
const [, command = ''] = /^opa (build [^]*?)\n```$/m.exec(document) ?? [];

/** A policy in Rego v1 whose `match` has this body. */
const v1 = (body: string): string => `package p
__rego_metadoc__ := {"id": "P", "name": "P", "properties": {"level": "low"}}
selected_events contains {"name": "network.*"}
${body}
`;
const V1 = 'build -t wasm -e p/match -e p/selected_events -e p/__rego_metadoc__ -o p.tar.gz p.rego';

const SHAPE = new Shape([Attr.destinationAddress, Attr.destinationPort]);
const connects = (address: string, port: number): LogRecord =>
  logRecord(port, { eventName: 'network.connect', own: { shape: SHAPE, values: [address, port] } });

/** Builds a policy with a command line of opa, and gives records to it. */
async function judged(files: Readonly<Record<string, string>>, line: string, records: readonly LogRecord[]) {
  assert.ok(opa.kind === 'ready');
  const sources = folderOf(files);
  const args = line.replaceAll('\\\n', ' ').split(/\s+/);
  const { stderr } = await run(opa.path, args, { cwd: sources });
  const bundle = join(sources, args[args.indexOf('-o') + 1] ?? '');
  const folder = folderOf({});
  writeFileSync(join(folder, 'policy.tar.gz'), readFileSync(bundle));
  const logged: string[] = [];
  const log = (message: string, facts = {}): void => void logged.push(`${message} ${JSON.stringify(facts)}`);
  const limits = { deadline: 20_000, memory: 32 << 20 };
  const logger = { debug: log, info: log, warn: log, error: log };
  const signatures = new Signatures({ builtin: [], folders: [folder], limits, selection: {}, logger });
  await signatures.start();
  const { detections } = await signatures.judge(records);
  await signatures.end(AbortSignal.timeout(20_000));
  const found = [...detections.values()]
    .flat()
    .map(({ data }) => Object.fromEntries(Object.entries(data ?? {})));
  const rules = signatures.rules.map(({ metadata: { id, title, level } }) => `${id} ${title} ${level}`);
  return { rules, found, logged: logged.join('\n'), stderr };
}

interface Case {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly line: string;
  readonly found: readonly unknown[];
  readonly records?: readonly LogRecord[];
  readonly logged?: RegExp;
}
const RECORDS = [
  connects('192.0.2.77', 3333),
  connects('192.0.2.77', 443),
  connects('198.51.100.44', 443),
  connects('192.0.2.1', 80),
];
const NUMBERS = 'match if { xs := [x | some x in numbers.range(1, 200000)]; count(xs) > 1 }';
const cases: readonly Case[] = [
  {
    title: 'the documented one: address and port of a server',
    files: { 'c2.rego': documented },
    line: command,
    found: [{ server: '192.0.2.77:3333' }, { server: '198.51.100.44:443' }],
  },
  {
    title: 'Rego v1, true and not',
    files: { 'p.rego': v1('match if input.attributes["destination.port"] > 1000') },
    line: V1,
    found: [{}],
  },
  {
    title: 'data of the bundle',
    files: {
      'p.rego': v1('match := {"list": "c2"} if input.attributes["destination.address"] in data.c2'),
      'data.json': '{"c2": ["192.0.2.1"]}',
    },
    line: `${V1} data.json`,
    found: [{ list: 'c2' }],
  },
  {
    title: 'a function that needs a server does not run, and is told',
    files: {
      'p.rego': v1('match if http.send({"method": "get", "url": "http://127.0.0.1:1"}).status_code == 200'),
    },
    line: V1,
    found: [],
    logged: /a signature failed .*not implemented: built-in function.*http\.send/,
  },
  {
    title: 'one that wants more memory than it may have',
    files: { 'p.rego': v1(NUMBERS) },
    line: V1,
    found: [],
    records: RECORDS.slice(0, 1),
    logged: /a signature failed .*opa_malloc: failed/,
  },
];
for (const { title, files, line, found, records = RECORDS, logged = /^$/ } of cases) {
  test(title, { skip: reasonOf(opa) }, async () => {
    const result = await judged(files, line, records);
    assert.deepEqual(result.found, found, result.logged + result.stderr);
    assert.match(result.logged, logged);
    assert.equal(result.rules.length, 1);
  });
}
