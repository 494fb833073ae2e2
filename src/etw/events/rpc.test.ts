import { testMappingRows } from '../../../test/support/mapped.ts';
import { rpc } from './rpc.ts';

const call = {
  InterfaceUuid: '367abb81-9844-35f1-ad32-98f038001003',
  ProcNum: 12,
  Protocol: 2,
  NetworkAddress: '192.0.2.7',
  Endpoint: '\\pipe\\svcctl',
  Options: 'NULL',
  AuthenticationLevel: 6,
  AuthenticationService: 10,
  ImpersonationLevel: 3,
};
const attributes = {
  'windows.rpc.interface.id': '367abb81-9844-35f1-ad32-98f038001003',
  'windows.rpc.procedure': 12,
  'windows.rpc.protocol': 'named_pipe',
  'server.address': '192.0.2.7',
  'windows.rpc.endpoint': '\\pipe\\svcctl',
  'windows.rpc.options': undefined,
  'windows.rpc.authentication.level': 'packet_privacy',
  'windows.rpc.authentication.service': 'ntlm',
  'windows.rpc.impersonation_level': 'impersonate',
};

testMappingRows(rpc, [
  [
    5,
    call,
    'rpc.client_call.start',
    5,
    'rpc client call: procedure 12 of 367abb81-9844-35f1-ad32-98f038001003 by named_pipe at \\pipe\\svcctl',
    attributes,
  ],
  // A call within the machine; a protocol that nobody named keeps its number.
  [
    6,
    { ...call, Protocol: 9, NetworkAddress: 'NULL', Endpoint: 'lsasspirpc' },
    'rpc.server_call.start',
    5,
    'rpc server call: procedure 12 of 367abb81-9844-35f1-ad32-98f038001003 by 9 at lsasspirpc',
    {
      ...attributes,
      'windows.rpc.protocol': '9',
      'server.address': undefined,
      'windows.rpc.endpoint': 'lsasspirpc',
    },
  ],
  [7, { Status: 5 }, 'rpc.client_call.stop', 5, 'rpc client call ended (5)', { 'sigel.status': 5 }],
  [8, { Status: 0 }, 'rpc.server_call.stop', 5, 'rpc server call ended (0)', { 'sigel.status': 0 }],
]);
