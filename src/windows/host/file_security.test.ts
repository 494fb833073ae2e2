import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { readAccessList } from '../abi/access_list.ts';
import { sidBytes } from '../native/host_sid.ts';
import { type Guarded, whoElseWrites } from './file_security.ts';

const [SYSTEM, ADMINISTRATORS, USERS, EVERYBODY, OWNER, CREATOR] = [
  'S-1-5-18',
  'S-1-5-32-544',
  'S-1-5-32-545',
  'S-1-1-0',
  'S-1-3-4',
  'S-1-3-0',
];
const AGENT = 'S-1-5-21-1-2-3-1000';
const INSTALLER = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464';
// winnt.h: FILE_ALL_ACCESS; FILE_GENERIC_READ and FILE_GENERIC_EXECUTE; FILE_GENERIC_WRITE; FILE_APPEND_DATA.
const [ALL, READ, WRITE, APPEND] = [0x1f01ff, 0x1200a9, 0x120116, 0x4];
const [ALLOW, DENY, ALLOW_OBJECT, ALLOW_CALLBACK, AUDIT] = [0, 1, 5, 9, 2];
const INHERIT_ONLY = 8;

interface Entry {
  readonly sid: string;
  readonly mask: number;
  readonly type?: number;
  readonly flags?: number;
}

function entryBytes({ sid, mask, type = ALLOW, flags = 0 }: Entry): Buffer {
  const bytes = sidBytes(sid) ?? assert.fail(sid);
  const object = type === ALLOW_OBJECT ? Buffer.concat([Buffer.from([1, 0, 0, 0]), Buffer.alloc(16, 7)]) : [];
  const rest = Buffer.concat([Buffer.from(object), bytes]);
  const head = Buffer.alloc(8);
  head.writeUInt8(type, 0);
  head.writeUInt8(flags, 1);
  head.writeUInt16LE(8 + rest.length, 2);
  head.writeUInt32LE(mask, 4);
  return Buffer.concat([head, rest]);
}

function listBytes(entries: readonly Entry[]): Buffer {
  const body = Buffer.concat(entries.map(entryBytes));
  const head = Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt16LE(8 + body.length, 2);
  head.writeUInt16LE(entries.length, 4);
  return Buffer.concat([head, body]);
}

const GOOD: readonly Entry[] = [
  { sid: SYSTEM, mask: ALL },
  { sid: ADMINISTRATORS, mask: ALL },
];
type Case = readonly [
  title: string,
  owner: string,
  more: readonly Entry[] | undefined,
  guarded: Guarded,
  writer: string | undefined,
];
const cases: readonly Case[] = [
  ['administrators and SYSTEM alone', ADMINISTRATORS, [], 'content', undefined],
  ['others read', ADMINISTRATORS, [{ sid: USERS, mask: READ }], 'content', undefined],
  ['the agent itself', AGENT, [{ sid: AGENT, mask: ALL }], 'content', undefined],
  ['Windows', INSTALLER, [{ sid: INSTALLER, mask: ALL }], 'content', undefined],
  ['another owner', 'S-1-5-21-1-2-3-1001', [], 'content', 'S-1-5-21-1-2-3-1001'],
  ['users write', ADMINISTRATORS, [{ sid: USERS, mask: WRITE }], 'content', USERS],
  ['users add, as in %ProgramData%', SYSTEM, [{ sid: USERS, mask: READ | APPEND }], 'content', USERS],
  ['users add beside it', SYSTEM, [{ sid: USERS, mask: READ | WRITE }], 'place', undefined],
  ['users delete what is beside them', SYSTEM, [{ sid: USERS, mask: 0x40 }], 'place', USERS],
  ['users take it over', SYSTEM, [{ sid: USERS, mask: 0x8_0000 }], 'place', USERS],
  ['everybody, by a generic right', SYSTEM, [{ sid: EVERYBODY, mask: 0x1000_0000 }], 'place', EVERYBODY],
  ['everybody writes, generically', SYSTEM, [{ sid: EVERYBODY, mask: 0x4000_0000 }], 'content', EVERYBODY],
  [
    'the owner and the creator: stand-ins',
    SYSTEM,
    [OWNER, CREATOR].map((sid) => ({ sid, mask: ALL })),
    'content',
    undefined,
  ],
  [
    'what is inherited by others, alone',
    SYSTEM,
    [{ sid: USERS, mask: ALL, flags: INHERIT_ONLY }],
    'content',
    undefined,
  ],
  [
    'what is denied and audited is no right',
    SYSTEM,
    [DENY, AUDIT].map((type) => ({ sid: USERS, mask: ALL, type })),
    'content',
    undefined,
  ],
  [
    'a denial takes none away',
    SYSTEM,
    [
      { sid: USERS, mask: ALL, type: DENY },
      { sid: USERS, mask: ALL },
    ],
    'content',
    USERS,
  ],
  ['a condition holds', SYSTEM, [{ sid: USERS, mask: ALL, type: ALLOW_CALLBACK }], 'content', USERS],
  ['a part of an object', SYSTEM, [{ sid: USERS, mask: ALL, type: ALLOW_OBJECT }], 'content', USERS],
  ['no access list', SYSTEM, undefined, 'content', 'everybody'],
];
for (const [title, owner, more, guarded, writer] of cases)
  test(`${guarded}: ${title}: ${writer ?? 'nobody else'}`, () => {
    const allowed = more === undefined ? undefined : readAccessList(listBytes([...GOOD, ...more]));
    if (more !== undefined) assert.ok(allowed !== undefined);
    assert.equal(whoElseWrites({ owner, allowed }, guarded, AGENT), writer);
  });

test('bytes that are no access list, cut or changed anywhere, do no harm', () => {
  const bytes = listBytes([...GOOD, { sid: USERS, mask: ALL, type: ALLOW_OBJECT }]);
  for (let length = 0; length < bytes.length; length++)
    assert.equal(readAccessList(bytes.subarray(0, length)), undefined, `${length} bytes`);
  for (let at = 0; at < bytes.length; at++)
    for (const value of [0, 1, 5, 0xff]) {
      const changed = Buffer.from(bytes);
      changed[at] = value;
      assert.ok((readAccessList(changed)?.length ?? 0) <= 3);
    }
});
