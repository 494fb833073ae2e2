import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { readStored, recordsOf, type StoredRecord } from '../interop/otlp_json.ts';
import { until } from '../interop/peers/process.ts';
import { sigel } from '../interop/sigel.ts';
import type { Process } from '../scenario/process.ts';
import { type Scenario, scenario } from '../scenario/scenario.ts';
import { windowsBench } from './peers/bench.ts';
import { ensureStandin, Standin } from './peers/standin.ts';
import type { WindowsProcess } from './peers/windows_process.ts';
import { windowsPath } from './peers/wine.ts';

// Capture on alert as a node has it: config/node.yaml and four settings, in node.exe, ETW by the stand-in. With containerd
// and its journal: attribution.test.ts.

const library = await ensureStandin();
const windows = await windowsBench();
const absent = [library, windows].find(({ kind }) => kind === 'missing');
const skip = absent?.kind === 'missing' ? absent.reason : false;
after(() => {
  if (windows.kind === 'ready') windows.bench.dispose();
});

/** Longest that one step may take on a busy machine, ms. */
const PATIENCE = 300_000;
const SESSIONS = ['sigel-lifecycle', 'sigel-events'] as const;
const MINER = 'xmrig.exe -o stratum+tcp://pool.example.org:3333';
const ACCOUNT = 'net.exe user eve /add';
const MEDIUM = 'Account created or made administrator by a command';
const HIGH = 'Crypto miner by its pool address';

/** What happens: a server process of the node, and what it starts one after the other. */
class Story {
  readonly #scenario: Scenario = scenario({ kernel: 'separate', cpus: 2, session: { bufferSize: 65_536 } });
  readonly #web: Process = this.#scenario.process({ commandLine: 'w3wp.exe -ap "Shop"' });

  starts(commandLine: string): void {
    this.#scenario.after('1s');
    this.#web.starts(commandLine).connects('192.0.2.7', 3333);
  }

  /** What its sessions have until now. */
  traces(): Readonly<Record<(typeof SESSIONS)[number], Uint8Array>> {
    this.#scenario.flushes();
    return { 'sigel-lifecycle': this.#scenario.kernelTrace(), 'sigel-events': this.#scenario.trace() };
  }
}

/** A node whose captures go into `directory`. */
class Node {
  readonly directory: string;
  readonly story = new Story();
  readonly #standin: Standin;
  readonly #out: string;
  readonly #run: WindowsProcess;

  constructor(standin: Standin, settings: Readonly<Record<string, string>>) {
    assert.ok(windows.kind === 'ready');
    const { bench } = windows;
    this.#standin = standin;
    this.directory = join(standin.folder, 'captures');
    this.#out = join(standin.folder, 'out.jsonl');
    const sets = {
      'extensions::capture::directory': windowsPath(this.directory),
      'receivers::etw::capture': 'capture',
      'receivers::etw::clock_correction': 'false',
      'processors::signature::capture': 'capture',
      'exporters::file::path': windowsPath(this.#out),
      'service::extensions': '[containerd, file_storage, capture]',
      'exporters::debug': '{}',
      'service::pipelines::logs::exporters': '[file, process_trace]',
      'service::pipelines::traces::exporters': '[debug]',
      ...settings,
    };
    const config = windowsPath(join(bench.folder, 'config', 'node.yaml'));
    this.#run = bench.startSigel(
      ['--config', config, ...Object.entries(sets).flatMap(([key, value]) => ['--set', `${key}=${value}`])],
      {
        env: {
          ...standin.env,
          K8S_CLUSTER_NAME: 'shop-eu',
          SIGEL_STORAGE: windowsPath(join(standin.folder, 'storage')),
        },
        patience: 3 * PATIENCE,
      },
    );
  }

  /** Goes on with the story, until something holds. */
  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    for (const [session, trace] of Object.entries(this.story.traces())) this.#standin.play(trace, session);
    let over = false;
    void this.#run.ended.then(() => (over = true));
    await until(what, () => over || condition(), PATIENCE).catch((error: unknown) =>
      assert.fail(`${String(error)}\n${this.#run.stderr()}`),
    );
    assert.ok(!over, `it ended before ${what}:\n${this.#run.stderr()}`);
  }

  /** How often it has said something. */
  said(text: string): number {
    return this.#run.stderr().split(text).length - 1;
  }

  /** How many detections of a rule are exported. */
  told(rule: string): number {
    if (!existsSync(this.#out)) return 0;
    return readFileSync(this.#out, 'utf8').split(`"body":{"stringValue":"${rule}"}`).length - 1;
  }

  /** Stops it; what it has exported. */
  async stop(): Promise<readonly StoredRecord[]> {
    const { code, stderr } = await this.#run.stop(PATIENCE);
    assert.equal(code, 0, stderr);
    const records: StoredRecord[] = [];
    for await (const record of readStored(this.#out)) records.push(record);
    return records;
  }
}

function node(t: { after(fn: () => void): void }, settings: Readonly<Record<string, string>>): Node {
  assert.ok(library.kind === 'ready');
  const standin = new Standin(library.path);
  t.after(() => standin.dispose());
  standin.control({ grows: 1 });
  return new Node(standin, settings);
}

/** What `sigel replay` on Linux finds in captured traces: rule, process and time. */
async function replayed(paths: readonly string[]): Promise<readonly unknown[]> {
  const { code, stdout, stderr } = await sigel([
    'replay',
    ...paths,
    '--rules',
    'builtin',
    '--format',
    'json',
  ]);
  assert.equal(code, 0, stderr);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return detectionsIn(lines.flatMap((line) => Array.from(recordsOf(JSON.parse(line))))).map(plain);
}

const detectionsIn = (records: readonly StoredRecord[]): readonly StoredRecord[] =>
  records.filter(({ eventName }) => eventName === 'sigel.detection');
const plain = ({ body, time, attributes }: StoredRecord): unknown => ({
  body,
  // The file's times are whole microseconds from those of the records at most.
  milliseconds: time / 1_000_000n,
  pid: attributes['process.pid'],
  commandLine: attributes['process.command_line'],
});

test('a grave detection has a capture of both sessions, which a replay finds it in; none while it cools down', {
  skip,
}, async (t) => {
  const sigelNode = node(t, { 'extensions::capture::cool_down': '1h' });
  sigelNode.story.starts(ACCOUNT);
  await sigelNode.until('the milder one is told', () => sigelNode.told(MEDIUM) === 1);
  assert.deepEqual(readdirSync(sigelNode.directory), [], 'and not captured');
  sigelNode.story.starts(MINER);
  await sigelNode.until('the grave one is told', () => sigelNode.told(HIGH) === 1);
  assert.equal(sigelNode.said('a detection was captured'), 1);
  const files = readdirSync(sigelNode.directory);
  sigelNode.story.starts(MINER);
  await sigelNode.until('the second is told', () => sigelNode.told(HIGH) === 2);
  const detections = detectionsIn(await sigelNode.stop());
  assert.deepEqual(readdirSync(sigelNode.directory), files);

  const captured = detections.map(({ attributes }) => attributes['sigel.capture.paths']);
  const [, first] = detections;
  const [paths] = captured.splice(1, 1);
  assert.deepEqual(captured, [undefined, undefined], 'a milder one and a later one have none');
  assert.ok(first !== undefined && Array.isArray(paths));
  const uid = JSON.stringify(first.attributes['log.record.uid']).slice(1, 17);
  const own = files.map((name) => join(sigelNode.directory, name));
  assert.deepEqual(
    paths.map((path) => basename(String(path).replaceAll('\\', '/'))).toSorted(),
    files.toSorted(),
  );
  assert.deepEqual(
    files.map((name) => name.replace(/^capture-\d{8}T\d{6}Z-/, '')).toSorted(),
    SESSIONS.map((session) => `${uid}.${session}.etl`).toSorted(),
  );
  const digests = paths.map((path) => {
    const file = own.find((name) => basename(name) === String(path).split('\\').at(-1));
    return createHash('sha256')
      .update(readFileSync(file ?? ''))
      .digest('hex');
  });
  assert.deepEqual(first.attributes['sigel.capture.sha256'], digests);
  assert.equal(statSync(sigelNode.directory).mode & 0o007, 0);
  assert.deepEqual(await replayed(own), detections.slice(0, 2).map(plain));
});

test('captures that would take more than they may are not written, and that is said', { skip }, async (t) => {
  const sigelNode = node(t, { 'extensions::capture::max_disk': '100KiB' });
  sigelNode.story.starts(MINER);
  await sigelNode.until('it is told', () => sigelNode.told(HIGH) === 1);
  assert.equal(sigelNode.said('a detection is not captured: the captures take max_disk'), 1);
  const [detection] = detectionsIn(await sigelNode.stop());
  assert.equal(detection?.attributes['sigel.capture.paths'], undefined);
  assert.deepEqual(readdirSync(sigelNode.directory), []);
});
