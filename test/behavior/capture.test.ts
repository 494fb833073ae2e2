import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { captureConfig } from '../../extensions/capture/config.ts';
import { Capturing } from '../../extensions/capture/extension.ts';
import type { Change } from '../../src/containerd/facts.ts';
import { JournalPlayer } from '../../src/containerd/journal/player.ts';
import type { ContainerSource, ContainerSourceExtension } from '../../src/containerd/source.ts';
import { ContainerStore } from '../../src/containerd/store.ts';
import { timeNow } from '../../src/containerd/time.ts';
import { Attr } from '../../src/model/attributes.ts';
import { DETECTION } from '../../src/sigma/detection_record.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { makePosixFolder } from '../../src/windows/host/private_folder.ts';
import { readBack } from '../scenario/read_back.ts';
import { scenario } from '../scenario/scenario.ts';
import { detailsOf } from '../support/attribution.ts';
import { hostWith } from '../support/hosts.ts';
import { contextOf, fakePlatform, liveReceiver } from '../support/live_receiver.ts';
import { openSignatures, ruleText } from '../support/signature_processor.ts';

// Live sessions, a rule and containerd: beside the detection lies what was live, and can be replayed.

const folder = mkdtempSync(join(tmpdir(), 'sigel-captured-'));
after(() => rmSync(folder, { recursive: true }));
const NEVER = new AbortController().signal;

function containers(): ContainerSourceExtension {
  const changes: Change[] = [];
  const store = new ContainerStore({
    maxContainers: 10,
    keepDeletedMs: 60_000,
    now: () => performance.now(),
    onChange: (change) => changes.push(change),
  });
  const [seconds, nanos] = timeNow();
  const subject = { namespace: 'k8s.io', id: 'web' };
  const details = { ...detailsOf('web', 0), createdAt: [seconds - 3600, nanos] as [number, number] };
  store.apply({ kind: 'container', ...subject, at: undefined, details }, 'initial');
  store.apply({ kind: 'start', ...subject, at: [seconds - 3600, nanos], pid: 5120 }, 'initial');
  store.apply({ kind: 'exec', ...subject, at: [seconds - 900, nanos], execId: 'past', pid: 6000 }, 'event');
  store.apply(
    { kind: 'exit', ...subject, at: [seconds - 800, nanos], execId: 'past', pid: 6000, exitCode: 0 },
    'event',
  );
  store.apply({ kind: 'exec', ...subject, at: [seconds - 5, nanos], execId: 'now', pid: 7000 }, 'event');
  const source: ContainerSource = {
    containers: store,
    state: { kind: 'synced', endpoint: 'npipe:////./pipe/x', version: 'v2' },
    time: timeNow,
    askJobs: () => {},
    subscribe: () => () => {},
  };
  return { source, start: () => Promise.resolve(), shutdown: () => Promise.resolve() };
}

test('a detection names the traces of all sessions and the journal, which replay what was live', async () => {
  const s = scenario({ kernel: 'separate', cpus: 2, session: { bufferSize: 16_384 } });
  const web = s.process({ commandLine: 'w3wp.exe' });
  for (let i = 0; i < 30; i++) web.starts(`cmd.exe /c whoami ${i}`).exits(0);
  const sessions = [
    { name: 'events', trace: s.trace() },
    { name: 'kernel', trace: s.kernelTrace(), shedLast: true },
  ];
  const config = captureConfig.parse({ directory: join(folder, 'captures'), containerd: 'containerd' });
  const capture = new Capturing(contextOf('capture'), config, () => Promise.resolve(makePosixFolder));
  const host = hostWith({ capture, containerd: containers() });
  await capture.start(host);
  const rule = join(folder, 'rule.yml');
  writeFileSync(rule, ruleText('cmd', 'high'));
  const signatures = await openSignatures({ builtin: false, rules: [rule], capture: 'capture' }, [], host);
  const run = liveReceiver(
    fakePlatform(folder, sessions),
    { clock_correction: false, reorder_window: '1h', capture: 'capture' },
    (batch) => signatures.processor.consumeLogs(batch),
  );
  await run.receiver.start(host);
  const isTold = () => sessions.every(({ name }) => existsSync(join(folder, `${name}.told`)));
  for (let i = 0; i < 4000 && !isTold(); i++) await sleep(5);
  await run.receiver.shutdown(AbortSignal.timeout(20_000));
  await signatures.processor.shutdown(NEVER);
  await capture.shutdown(NEVER);

  const detections = signatures.seen.flat().filter(({ eventName }) => eventName === DETECTION);
  assert.equal(detections.length, 30);
  const [first = assert.fail()] = detections;
  const paths = first.get(Attr.capturePaths) ?? [];
  const files = paths.map((path) => new Uint8Array(readFileSync(path)));
  assert.deepEqual(paths.map((path) => path.replace(/^.*Z-\w{16}/, '')).sort(), [
    '.containers.ndjson',
    '.events.etl',
    '.kernel.etl',
  ]);
  assert.ok(paths[0]?.includes(`Z-${first.get(Attr.logRecordUid)?.slice(0, 16)}.`), paths[0]);
  const sums = files.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
  assert.deepEqual(first.get(Attr.captureSha256), sums);
  // Later ones were made in the cool-down.
  assert.ok(
    detections.every(
      (one) => one.get(Attr.capturePaths) === undefined || one.get(Attr.capturePaths) === paths,
    ),
  );

  const traces = files.filter((_, i) => paths[i]?.endsWith('.etl'));
  const events = (...of: Uint8Array[]) =>
    readBack(...of).events.filter(({ providerName }) => providerName !== 'EventTrace');
  assert.deepEqual(events(...traces), events(...sessions.map(({ trace }) => trace)));

  const player = new JournalPlayer({ path: paths.at(-1) ?? '', logger: SILENT });
  player.open();
  const [now] = timeNow();
  player.advance([now - 30, 0]);
  const pids = () => [5120, 6000, 7000].map((pid) => player.containers.byPid(pid)[0]?.container.id);
  assert.deepEqual([player.state.kind, ...pids()], ['synced', 'web', undefined, undefined]);
  player.advance([now, 0]);
  assert.deepEqual(pids(), ['web', undefined, 'web']);
  assert.equal(player.skipped, 0);
  player.close();
});

test('an extension that captures nothing is an error at the start', async () => {
  await assert.rejects(
    openSignatures({ capture: 'containerd' }, [], hostWith({ containerd: containers() })),
    /extension "containerd" captures nothing/,
  );
});
