import { testMappingRows } from '../../../test/support/mapped.ts';
import { wmiActivity } from './wmi_activity.ts';

const client = {
  OperationId: 5,
  Operation: 'Start IWbemServices::ExecQuery',
  ClientMachine: 'WS1',
  ClientMachineFQDN: 'ws1.corp',
  User: 'CORP\\amy',
  ClientProcessId: 900,
  NamespaceName: 'root\\cimv2',
  IsLocal: true,
};
const user = { 'user.name': 'amy', 'user.domain': 'CORP' };
const by = { ...user, 'windows.wmi.client_machine': 'ws1.corp', 'windows.wmi.is_local': true };
const local = { ...by, 'process.pid': 900 };
const operation = {
  'windows.wmi.operation_id': 5,
  'windows.wmi.operation': 'Start IWbemServices::ExecQuery',
  'windows.wmi.namespace': 'root\\cimv2',
};
const started = 'wmi root\\cimv2: Start IWbemServices::ExecQuery';
const call = { ...client, ClassName: 'Win32_Process', MethodName: 'Create' };
const created = {
  ...client,
  Commandline: 'calc.exe',
  CreatedProcessId: 4242,
};
const query = { NamespaceName: 'root\\cimv2', Query: 'SELECT * FROM X', User: 'CORP\\amy', processid: 900 };
const asked = {
  ...user,
  'process.pid': 900,
  'windows.wmi.namespace': 'root\\cimv2',
  'windows.wmi.query': 'SELECT * FROM X',
  'windows.wmi.possible_cause': 'Temporary',
};

testMappingRows(wmiActivity, [
  [11, client, 'wmi.operation.start', 9, started, { ...local, ...operation }],
  // The id of a process on another machine is no process of this one.
  [
    11,
    { ...client, IsLocal: false },
    'wmi.operation.start',
    9,
    started,
    { ...by, ...operation, 'windows.wmi.is_local': false },
  ],
  [
    12,
    { Operation: 'Provider::Exec', ProviderName: 'CIMWin32', Path: 'C:\\cimwin32.dll' },
    'wmi.provider.call',
    5,
    'wmi provider CIMWin32: Provider::Exec',
    {
      'windows.wmi.operation': 'Provider::Exec',
      'windows.wmi.provider': 'CIMWin32',
      'windows.wmi.provider_path': 'C:\\cimwin32.dll',
    },
  ],
  [
    13,
    { OperationId: 5, ResultCode: 0x80041003 },
    'wmi.operation.stop',
    5,
    'wmi operation 5 ended (2147749891)',
    { 'windows.wmi.operation_id': 5, 'sigel.status': 0x80041003 },
  ],
  [
    22,
    call,
    'wmi.method.call',
    9,
    'wmi method Win32_Process::Create called',
    {
      ...local,
      'windows.wmi.operation_id': 5,
      'windows.wmi.namespace': 'root\\cimv2',
      'windows.wmi.class': 'Win32_Process',
      'windows.wmi.method': 'Create',
    },
  ],
  [
    23,
    created,
    'wmi.process.create',
    9,
    'wmi made process 4242: calc.exe',
    {
      ...by,
      'process.pid': 4242,
      'process.command_line': 'calc.exe',
      'sigel.client.process.pid': 900,
      'windows.wmi.operation_id': 5,
    },
  ],
  [
    24,
    { Query: 'SELECT * FROM X', NamespaceName: 'root\\cimv2' },
    'wmi.query',
    5,
    'wmi query root\\cimv2: SELECT * FROM X',
    { 'windows.wmi.namespace': 'root\\cimv2', 'windows.wmi.query': 'SELECT * FROM X' },
  ],
  [
    5857,
    {
      ProviderName: 'CIMWin32',
      Code: 0,
      HostProcess: 'wmiprvse.exe',
      ProcessID: 77,
      ProviderPath: 'C:\\a.dll',
    },
    'wmi.provider.load',
    5,
    'wmi provider CIMWin32 loaded: C:\\a.dll',
    {
      'process.pid': 77,
      'sigel.status': 0,
      'windows.wmi.provider': 'CIMWin32',
      'windows.wmi.provider_path': 'C:\\a.dll',
    },
  ],
  [
    5858,
    {
      ClientMachine: 'WS1',
      User: 'amy',
      ClientProcessId: 900,
      Operation: 'Exec',
      ResultCode: -2147217405,
      PossibleCause: 'Unknown',
    },
    'wmi.operation.fail',
    9,
    'wmi failed: Exec (2147749891)',
    {
      'process.pid': 900,
      'user.name': 'amy',
      'windows.wmi.client_machine': 'WS1',
      'windows.wmi.operation': 'Exec',
      'windows.wmi.possible_cause': 'Unknown',
      'sigel.status': 0x80041003,
    },
  ],
  [
    5859,
    { ...query, providerName: 'CIMWin32', PossibleCause: 'Temporary' },
    'wmi.subscription.provider',
    9,
    'wmi event provider CIMWin32: SELECT * FROM X',
    { ...asked, 'windows.wmi.provider': 'CIMWin32' },
  ],
  [
    5860,
    { ...query, MachineName: 'WS1', PossibleCause: 'Temporary' },
    'wmi.subscription.temporary',
    9,
    'wmi temporary event subscription: SELECT * FROM X',
    { ...asked, 'windows.wmi.client_machine': 'WS1' },
  ],
  [
    5861,
    {
      Namespace: 'root\\subscription',
      ESS: 'F',
      CONSUMER: 'CommandLineEventConsumer="C"',
      PossibleCause: 'b',
    },
    'wmi.subscription.permanent',
    13,
    'wmi permanent event subscription: F',
    {
      'windows.wmi.namespace': 'root\\subscription',
      'windows.wmi.filter': 'F',
      'windows.wmi.consumer': 'CommandLineEventConsumer="C"',
      'windows.wmi.possible_cause': 'b',
    },
  ],
]);
