import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { test } from 'node:test';
import { eventXml } from '../../../test/scenario/event_xml.ts';
import { type EvtxEvent, evtx, writeEvtx } from '../../../test/scenario/evtx_writer.ts';
import { readChunk } from '../../evtx/chunk.ts';
import { readEvtx, readPart } from '../../evtx/read_evtx.ts';
import type { EventLogEvent } from '../event.ts';
import { eventFromXml } from './event_from_xml.ts';

/** The events as they are read from a file. */
function filed(...events: EvtxEvent[]): readonly EventLogEvent[] {
  const chunk = readChunk(writeEvtx(events).subarray(4096));
  assert.ok(chunk !== undefined);
  return readPart(chunk, 0).events;
}

function fromXml(xml: string): EventLogEvent {
  const event = eventFromXml(xml);
  if (typeof event === 'string') assert.fail(event);
  return event;
}

const SECURITY = {
  provider: 'Microsoft-Windows-Security-Auditing',
  guid: '54849625-5478-4994-a5ba-3e3b0328c30d',
  channel: 'Security',
  computer: 'web-7.shop.example',
};

const cases: readonly [title: string, event: EvtxEvent][] = [
  [
    'types come from the catalogue',
    {
      ...SECURITY,
      id: 4688,
      recordId: 501,
      pid: 4,
      data: [
        ['SubjectUserSid', evtx.bytes(0x13, 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0)],
        ['SubjectLogonId', evtx.hex64(0x3e7n)],
        ['NewProcessId', evtx.hex64(0x1a4n)],
        ['NewProcessName', evtx.text('C:\\Windows\\System32\\whoami.exe')],
        ['CommandLine', evtx.text('whoami /all > "a & b" <x>')],
      ],
    },
  ],
  [
    'numbers and times',
    {
      ...SECURITY,
      id: 4616,
      data: [
        ['PreviousTime', evtx.filetime(133_500_000_012_345_678n)],
        ['ProcessId', evtx.hex64(0x2cn)],
      ],
    },
  ],
  [
    'Sysmon’s types come from a table',
    {
      provider: 'Microsoft-Windows-Sysmon',
      guid: '5770385f-c22a-43e0-bf4c-06f5698ffbd9',
      channel: 'Microsoft-Windows-Sysmon/Operational',
      computer: 'web-7.shop.example',
      id: 10,
      data: [
        ['SourceProcessId', evtx.u32(4020)],
        ['TargetImage', evtx.text('C:\\Windows\\System32\\lsass.exe')],
        ['SourcePort', evtx.u16(49_777)],
        ['LogonId', evtx.hex64(0x3e7n)],
      ],
    },
  ],
  ['an empty text is one', { ...SECURITY, id: 4688, data: [['CommandLine', evtx.text('')]] }],
  ['an empty number is none', { ...SECURITY, id: 4688, data: [['NewProcessId', evtx.none()]] }],
  ['no data', { ...SECURITY, id: 1102 }],
  ['of an unknown provider texts stay', { id: 4711, data: [['Order', evtx.text('17\r\n18')]] }],
];
for (const [title, event] of cases) {
  test(`an event is the same from XML as from a file: ${title}`, () => {
    const [read] = filed(event);
    assert.ok(read !== undefined);
    assert.deepEqual(fromXml(eventXml(read)), read);
  });
}

test('texts without names are one list, binary data is bytes', () => {
  const [read] = filed({ id: 7045 });
  assert.ok(read !== undefined);
  const data: EventLogEvent['data'] = [
    { name: 'Data', inType: 'UnicodeString', value: ['a', '', 'c'] },
    { name: 'Binary', inType: 'Binary', value: Uint8Array.of(1, 0xab) },
  ];
  assert.deepEqual(fromXml(eventXml({ ...read, data })).data, data);
});

test('characters that XML does not have cost no event', () => {
  const [read] = filed({ id: 1, data: [['CommandLine', evtx.text('a\u0001b\ud800c\td')]] });
  assert.ok(read !== undefined);
  assert.equal(fromXml(eventXml(read)).data[0]?.value, 'a\ufffdb\ufffdc\td');
});

const wrong: readonly [title: string, xml: string, says: RegExp][] = [
  ['no XML', 'Event', /non-whitespace|text/],
  ['broken off', '<Event><System>', /unclosed/],
  ['another root', '<Log/>', /without Event/],
  ['no System', '<Event/>', /without Event and System/],
  ['entities of its own', '<!DOCTYPE a [<!ENTITY b "c">]><Event><System>&b;</System></Event>', /entity/],
  ['too deep', `<Event>${'<a>'.repeat(99)}`, /too deep/],
  ['too many elements', `<Event>${'<a/>'.repeat(20_000)}</Event>`, /too many/],
  ['too long', ' '.repeat(2 ** 20 + 1), /1048577 characters/],
];
for (const [title, xml, says] of wrong) {
  test(`what is no event is said: ${title}`, () => {
    const event = eventFromXml(xml);
    assert.match(typeof event === 'string' ? event : JSON.stringify(event), says);
  });
}

const SAMPLES = new URL('../../../../shared/data/sigma/regression', import.meta.url).pathname;
const skip = existsSync(SAMPLES) ? false : `SKIPPED: no recorded data at ${SAMPLES}`;

test('every event of recorded logs is the same from XML', {
  skip,
}, async () => {
  let compared = 0;
  for (const path of globSync('**/*.evtx', { cwd: SAMPLES }))
    for await (const { events } of readEvtx(`${SAMPLES}/${path}`))
      for (const event of events) {
        const other = fromXml(eventXml(event));
        assert.deepEqual({ ...other, data: [] }, { ...event, data: [] }, path);
        assert.deepEqual(
          other.data.map(({ name }) => name),
          event.data.map(({ name }) => name),
          path,
        );
        assert.deepEqual(other.data, event.data, path);
        compared++;
      }
  assert.ok(compared > 100, `${compared} events`);
});
