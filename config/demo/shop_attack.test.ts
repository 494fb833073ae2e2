import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { ReadEvent } from '../../test/scenario/read_back.ts';
import { readBack } from '../../test/scenario/read_back.ts';
import { shopAttack } from './shop_attack.ts';
import { shopContainers } from './shop_containers.ts';

const committed = readFileSync(new URL('shop_attack.etl.gz', import.meta.url));
const trace = gunzipSync(committed);
const { events, traces, problems } = readBack(trace);

/** A field as text. */
function text(event: ReadEvent | undefined, field: string): string {
  const value = event?.data?.[field];
  return typeof value === 'string' ? value : '';
}

function one(title: string, matches: (event: ReadEvent) => boolean): ReadEvent {
  const found = events.filter(matches);
  assert.equal(found.length, 1, title);
  const [event] = found;
  assert.ok(event !== undefined);
  return event;
}

const started = (commandLine: RegExp) =>
  one(
    String(commandLine),
    (e) => e.kind === 'kernel' && e.event === 'Start' && commandLine.test(text(e, 'CommandLine')),
  );

test('the committed trace is what the story writes', () => {
  assert.ok(Buffer.from(shopAttack().trace()).equals(trace), 'run node config/demo/generate.ts');
  assert.ok(committed.length < 100_000);
});

test('the committed journal is what the story writes', () => {
  const journal = readFileSync(new URL('shop_attack.containers.ndjson', import.meta.url), 'utf8');
  assert.equal(journal, shopContainers(), 'run node config/demo/generate.ts');
});

test('it is a whole trace of 4 processors, every event of which is decoded', () => {
  assert.deepEqual(problems, []);
  assert.equal(traces[0]?.header.osBuild, 20348);
  assert.deepEqual(
    [...new Set(events.map((e) => e.cpu))].sort((a, b) => a - b),
    [0, 1, 2, 3],
  );
  assert.deepEqual(
    [...new Set(events.filter((e) => e.data === undefined).map((e) => `${e.providerName} ${e.id}`))],
    [],
  );
  assert.ok(events.length > 300 && events.length < 1000, `${events.length} events`);
});

const CHAIN: [title: string, parent: RegExp, child: RegExp][] = [
  ['the web server starts a command', /w3wp\.exe/, /^cmd\.exe \/c powershell\.exe/],
  ['which starts PowerShell', /^cmd\.exe \/c powershell\.exe/, /^powershell\.exe .*-EncodedCommand/],
  ['which starts the dropped program', /^powershell\.exe .*-EncodedCommand/, /stratum\+tcp:\/\//],
  ['whose helper starts tor', /^C:\\Windows\\System32\\rundll32\.exe/, /tor\.exe -f/],
];
for (const [title, parent, child] of CHAIN) {
  test(title, () => {
    const of = one(
      title,
      (e) =>
        e.kind === 'kernel' &&
        (e.event === 'Start' || e.event === 'DCStart') &&
        parent.test(text(e, 'CommandLine')),
    );
    const event = started(child);
    assert.equal(event.data?.['ParentId'], of.data?.['ProcessId']);
    assert.equal(event.pid, of.data?.['ProcessId']);
    assert.equal(event.data?.['SessionId'], 3);
  });
}

test('the encoded command is readable, and is the script block that was logged', () => {
  const encoded =
    /-EncodedCommand (\S+)/.exec(text(started(/^powershell\.exe .*-EncodedCommand/), 'CommandLine'))?.[1] ??
    '';
  const script = Buffer.from(encoded, 'base64').toString('utf16le');
  const parts = events.filter((e) => e.id === 4104 && e.data?.['MessageTotal'] === 2);
  assert.equal(parts.map((e) => text(e, 'ScriptBlockText')).join(''), script);
  assert.match(script, /^# Sigel demo/);
});

test('the helper claims the parent services.exe, but the miner made it', () => {
  const miner = started(/stratum\+tcp/).data?.['ProcessId'];
  const helper = one('helper', (e) => e.id === 1 && text(e, 'ImageName').endsWith('rundll32.exe'));
  const services = events.find(
    (e) => e.id === 15 && e.data?.['ProcessID'] === helper.data?.['ParentProcessID'],
  );
  assert.match(text(services, 'ImageName'), /VhdHardDisk.*services\.exe$/);
  assert.equal(helper.pid, miner);
});

test('the pool is asked for by name and connected to', () => {
  const miner = started(/stratum\+tcp/).data?.['ProcessId'];
  const query = one('query', (e) => e.id === 3008 && e.pid === miner && e.data?.['QueryStatus'] === 0);
  const connect = one(
    'connect',
    (e) => e.id === 12 && e.data?.['PID'] === miner && e.data?.['dport'] === 3333,
  );
  assert.equal(text(query, 'QueryResults'), `::ffff:${text(connect, 'daddr')};`);
});

const FILES: [id: number, path: RegExp][] = [
  [30, /\\Windows\\Temp\\shop-updater\.exe$/],
  [30, /\\Windows\\Temp\\tor\\tor\.exe$/],
  [27, /\\tor\\torrc$/],
  [26, /\\uploads\\invoice\.aspx$/],
];
for (const [id, path] of FILES) {
  test(`Kernel-File ${id} of ${path.source} in the container's volume`, () => {
    const file = (e: ReadEvent) => text(e, id === 30 ? 'FileName' : 'FilePath');
    const event = one(path.source, (e) => e.id === id && path.test(file(e)));
    assert.match(file(event), /^\\Device\\VhdHardDisk\{/);
  });
}

test('only addresses reserved for documentation or private use occur', () => {
  const addresses = events
    .flatMap((e) => [text(e, 'daddr'), text(e, 'saddr')])
    .filter((address) => address !== '');
  assert.ok(addresses.length > 100);
  for (const address of new Set(addresses))
    assert.match(address, /^(192\.0\.2|198\.51\.100|203\.0\.113|10\.\d+\.\d+)\.\d+$|^2001:db8:/);
});
