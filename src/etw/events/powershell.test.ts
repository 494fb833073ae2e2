import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { emptyResource } from '@opentelemetry/resources';
import { madeEvent } from '../../../test/support/made_event.ts';
import { testMapping } from '../../../test/support/mapped.ts';
import { Attr } from '../../model/attributes.ts';
import { RecordMapper } from '../record_mapper.ts';
import { powershell } from './powershell.ts';

const ID = '3f7a6b1e-1111-2222-3333-444455556666';
const block = {
  MessageNumber: 1,
  MessageTotal: 2,
  ScriptBlockText: 'iex $x',
  ScriptBlockId: ID,
  Path: 'C:\\a.ps1',
};
const attributes = {
  'process.pid': 4711,
  'powershell.script_block.id': ID,
  'powershell.script_block.part': 1,
  'powershell.script_block.parts': 2,
  'powershell.script_block.path': 'C:\\a.ps1',
};

testMapping(powershell, [
  {
    title: 'a script block',
    event: 4104,
    payload: block,
    header: { level: 5 },
    eventName: 'powershell.script_block',
    severity: 9,
    body: 'iex $x',
    attributes,
  },
  {
    title: 'a script block that PowerShell finds suspicious',
    event: 4104,
    payload: block,
    header: { level: 3 },
    eventName: 'powershell.script_block',
    severity: 13,
    body: 'iex $x',
    attributes,
  },
  {
    title: 'an empty script block',
    event: 4104,
    payload: { ...block, ScriptBlockText: '', Path: '' },
    eventName: 'powershell.script_block',
    severity: 9,
    body: `powershell script block ${ID} (empty)`,
    attributes: { ...attributes, 'powershell.script_block.path': undefined },
  },
  {
    title: 'a command',
    event: 4103,
    payload: {
      ContextInfo: 'Command Name = Get-Process',
      UserData: '',
      Payload: 'CommandInvocation(Get-Process)',
    },
    eventName: 'powershell.command',
    severity: 9,
    body: 'CommandInvocation(Get-Process)',
    attributes: { 'process.pid': 4711, 'powershell.command.context': 'Command Name = Get-Process' },
  },
  ...(
    [
      [4105, 'start', 'started'],
      [4106, 'stop', 'stopped'],
    ] as const
  ).map(([event, name, verb]) => ({
    title: `a script block that ${verb}`,
    event,
    payload: { ScriptBlockId: ID, RunspaceId: 'r' },
    eventName: `powershell.script_block.${name}`,
    severity: 5,
    body: `powershell script block ${ID} ${verb}`,
    attributes: { 'process.pid': 4711, 'powershell.script_block.id': ID, 'powershell.runspace.id': 'r' },
  })),
]);

test('a script beyond 32 KiB is cut and says so', () => {
  const mapper = new RecordMapper({
    resource: emptyResource(),
    scope: { name: 'test' },
    observedTime: 'event',
  });
  const text = 'é'.repeat(20_000);
  const event = madeEvent({
    provider: powershell.guid,
    id: 4104,
    payload: { ...block, ScriptBlockText: text },
  });
  const record = mapper.map(event);
  assert.equal(record.get(Attr.bodyOriginalSize), 40_000);
  assert.ok(typeof record.body === 'string' && record.body.endsWith('… [cut, 40000 bytes in all]'));
  assert.ok(Buffer.byteLength(record.body) <= 32 * 1024);
});
