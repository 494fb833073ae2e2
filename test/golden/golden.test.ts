import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MANIFEST_EVENT_ID } from '../../src/etw/constants.ts';
import { index, NO_TRACES } from '../interop/shared_data.ts';
import { readCommitted } from './files.ts';
import { type Golden, readGolden } from './golden.ts';

const ids = NO_TRACES === false ? index().map(({ id = '' }) => id) : [];
const goldens: Golden[] = [];
for (const id of ids) goldens.push(await readGolden(id));

test('every recorded trace decodes to what is committed (node test/golden/update.ts renews it)', {
  skip: NO_TRACES,
}, async (t) => {
  const committed = readCommitted();
  assert.deepEqual([...committed.keys()], [...ids].sort());
  for (const { id, rows, hash } of goldens) {
    await t.test(id, () => {
      // Rows first: they say which events changed, where the hash only says that some did.
      assert.deepEqual(rows, committed.get(id)?.rows);
      assert.equal(hash, committed.get(id)?.hash);
    });
  }
});

/** Providers and classes that decode into named fields to the last event. */
const WHOLLY_DECODED = [
  'Microsoft-Windows-Kernel-Process',
  'Microsoft-Windows-Kernel-File',
  'Microsoft-Windows-Kernel-Network',
  'Microsoft-Windows-DNS-Client',
  'Microsoft-Windows-PowerShell',
  'Process',
  'Thread',
  'Image',
  'FileIo',
  'DiskIo',
  'TcpIp',
  'UdpIp',
  'Registry',
  'SystemConfig',
  'PerfInfo',
  'StackWalk',
  'PageFault',
  'EventTrace',
  'ImageID',
];
/** Of these, what no recorded trace holds; the catalogue's and the scenarios' tests have to do. */
const NOT_RECORDED: ReadonlySet<string> = new Set(['Registry']);

interface Share {
  count: number;
  decoded: number;
}

test('events decode into named fields', { skip: NO_TRACES }, async (t) => {
  const shares = new Map<string, Share>();
  const all = shareOf(shares, 'all');
  const missing = new Map<string, number>();
  for (const row of goldens.flatMap(({ counts }) => counts)) {
    // A manifest in chunks is no payload: it is learnt from, and shows in the events that it describes.
    if (row.kind === 'event' && row.id === MANIFEST_EVENT_ID) continue;
    const name = row.kind === 'tracelogging' ? 'TraceLogging' : row.provider_name;
    for (const share of [all, shareOf(shares, name)]) {
      share.count += row.count;
      share.decoded += row.decoded;
    }
    if (row.decoded === row.count) continue;
    const event = `${row.kind} ${row.provider_name} ${row.event ?? row.id} version ${row.version} opcode ${row.opcode}`;
    missing.set(event, (missing.get(event) ?? 0) + row.count - row.decoded);
  }
  const percent = ((all.decoded / all.count) * 100).toFixed(2);
  t.diagnostic(`${all.decoded} of ${all.count} events decode into named fields (${percent} %); not decoded:`);
  for (const [event, count] of missing) t.diagnostic(`${count} of ${event}`);
  assert.ok(all.decoded >= all.count * 0.99, `${percent} % of all`);
  for (const name of ['TraceLogging', ...WHOLLY_DECODED]) {
    const { count, decoded } = shareOf(shares, name);
    assert.equal(count > 0, !NOT_RECORDED.has(name), `${name}: ${count} events are recorded`);
    assert.equal(decoded, count, name);
    t.diagnostic(`${name}: ${decoded} of ${count}`);
  }
});

function shareOf(shares: Map<string, Share>, name: string): Share {
  let share = shares.get(name);
  if (share === undefined) shares.set(name, (share = { count: 0, decoded: 0 }));
  return share;
}
