import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyResource } from '@opentelemetry/resources';
import { type MadeEventInit, madeEvent } from '../../test/support/made_event.ts';
import { classicProcess } from './events/classic_process.ts';
import { RecordMapper } from './record_mapper.ts';

const ALICE = 'S-1-5-21-1-2-3-1001';
const accounts = {
  account: (sid: string) => (sid === ALICE ? { name: 'alice', domain: 'SHOP' } : undefined),
};
const process: MadeEventInit = { kind: 'kernel', provider: classicProcess.guid, opcode: 1 };

for (const { title, init, recorded = false, user } of [
  {
    title: 'the SID of the payload',
    init: { ...process, payload: { UserSID: ALICE } },
    user: { id: ALICE, name: 'alice', domain: 'SHOP' },
  },
  {
    title: 'the SID of the header’s items',
    init: { payload: {}, items: { sid: ALICE } },
    user: { id: ALICE, name: 'alice', domain: 'SHOP' },
  },
  {
    title: 'not the SID of who wrote an event about another',
    init: { ...process, payload: { UserSID: 'S-1-5-21-9-9-9-500' }, items: { sid: ALICE } },
    user: { id: 'S-1-5-21-9-9-9-500', name: undefined, domain: undefined },
  },
  {
    title: 'what is the same on every Windows is not asked',
    init: { ...process, payload: { UserSID: 'S-1-5-18' } },
    user: { id: 'S-1-5-18', name: 'SYSTEM', domain: 'NT AUTHORITY' },
  },
  {
    title: 'a recording has no source',
    init: { ...process, payload: { UserSID: ALICE } },
    recorded: true,
    user: { id: ALICE, name: undefined, domain: undefined },
  },
] satisfies { title: string; init: MadeEventInit; recorded?: boolean; user: object }[]) {
  test(`accounts: ${title}`, () => {
    const mapper = new RecordMapper({
      resource: emptyResource(),
      scope: { name: 'test' },
      observedTime: 'event',
      ...(recorded ? {} : { accounts }),
    });
    const { attributes } = mapper.map(madeEvent(init));
    assert.deepEqual(
      { id: attributes['user.id'], name: attributes['user.name'], domain: attributes['user.domain'] },
      user,
    );
  });
}
