import type { SeverityNumber } from '@opentelemetry/api';
import { Attr } from '../../model/attributes.ts';
import type { FieldValue } from '../schema.ts';
import { Severity } from '../severity.ts';
import { accountPart, domainPart, field, otherProcessId, status } from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';

/** The client's process, where it runs on this machine: ids of another one would name whoever has them here. */
function localProcessId(value: FieldValue, isLocal: FieldValue): number | undefined {
  return isLocal === false ? undefined : otherProcessId(value);
}

const USER = [field('User', Attr.userName, accountPart), field('User', Attr.userDomain, domainPart)];
const CLIENT = [
  ...USER,
  field(['ClientMachineFQDN', 'ClientMachine'], Attr.wmiClientMachine),
  field('IsLocal', Attr.wmiIsLocal),
];
const BY_CLIENT = [...CLIENT, field('ClientProcessId', Attr.processPid, localProcessId, 'IsLocal')];
const OPERATION = [
  field('OperationId', Attr.wmiOperationId),
  field('Operation', Attr.wmiOperation),
  field('NamespaceName', Attr.wmiNamespace),
];
const PROVIDER = [
  field('ProviderName', Attr.wmiProvider),
  field(['ProviderPath', 'Path'], Attr.wmiProviderPath),
];
const QUERY = [field(['NamespaceName', 'Namespace'], Attr.wmiNamespace), field('Query', Attr.wmiQuery)];
const CAUSE = field('PossibleCause', Attr.wmiCause);

const wmi = (
  name: string,
  severity: SeverityNumber,
  body: string,
  fields: readonly FieldMapping[],
): EventMapping => ({
  eventName: `wmi.${name}`,
  severity,
  body: `wmi ${body}`,
  fields,
});

const NOTES = `process.pid is the client, which asked, where it runs on this machine (else the WMI service, which logs). 23
is about the process that WMI made: process.pid and process.command_line are its own, sigel.client.process.pid is the client.`;

/** Microsoft-Windows-WMI-Activity. */
export const wmiActivity: ProviderMapping = {
  guid: '1418ef04-b0b4-4623-bf7e-d74ab47bbdaa',
  name: 'Microsoft-Windows-WMI-Activity',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    11: wmi('operation.start', Severity.info, '{windows.wmi.namespace}: {windows.wmi.operation}', [
      ...BY_CLIENT,
      ...OPERATION,
    ]),
    12: wmi('provider.call', Severity.debug, 'provider {windows.wmi.provider}: {windows.wmi.operation}', [
      field('Operation', Attr.wmiOperation),
      ...PROVIDER,
    ]),
    13: wmi('operation.stop', Severity.debug, 'operation {windows.wmi.operation_id} ended ({sigel.status})', [
      field('OperationId', Attr.wmiOperationId),
      field('ResultCode', Attr.status, status),
    ]),
    22: wmi('method.call', Severity.info, 'method {windows.wmi.class}::{windows.wmi.method} called', [
      ...BY_CLIENT,
      field('OperationId', Attr.wmiOperationId),
      field('NamespaceName', Attr.wmiNamespace),
      field('ClassName', Attr.wmiClass),
      field('MethodName', Attr.wmiMethod),
    ]),
    23: wmi('process.create', Severity.info, 'made process {process.pid}: {process.command_line}', [
      ...CLIENT,
      field('CreatedProcessId', Attr.processPid, otherProcessId),
      field('Commandline', Attr.processCommandLine),
      field('ClientProcessId', Attr.clientPid, localProcessId, 'IsLocal'),
      field('OperationId', Attr.wmiOperationId),
    ]),
    24: wmi('query', Severity.debug, 'query {windows.wmi.namespace}: {windows.wmi.query}', QUERY),
    5857: wmi(
      'provider.load',
      Severity.debug,
      'provider {windows.wmi.provider} loaded: {windows.wmi.provider_path}',
      [...PROVIDER, field('ProcessID', Attr.processPid, otherProcessId), field('Code', Attr.status, status)],
    ),
    5858: wmi('operation.fail', Severity.info, 'failed: {windows.wmi.operation} ({sigel.status})', [
      ...USER,
      field('ClientMachine', Attr.wmiClientMachine),
      field('ClientProcessId', Attr.processPid, otherProcessId),
      field('Operation', Attr.wmiOperation),
      field('ResultCode', Attr.status, status),
      CAUSE,
    ]),
    5859: wmi(
      'subscription.provider',
      Severity.info,
      'event provider {windows.wmi.provider}: {windows.wmi.query}',
      [
        ...USER,
        ...QUERY,
        field('providerName', Attr.wmiProvider),
        field('processid', Attr.processPid, otherProcessId),
        CAUSE,
      ],
    ),
    5860: wmi('subscription.temporary', Severity.info, 'temporary event subscription: {windows.wmi.query}', [
      ...USER,
      ...QUERY,
      field('processid', Attr.processPid, otherProcessId),
      field('MachineName', Attr.wmiClientMachine),
      CAUSE,
    ]),
    // What outlives the process that made it runs whatever its consumer says.
    5861: wmi('subscription.permanent', Severity.warn, 'permanent event subscription: {windows.wmi.filter}', [
      field('Namespace', Attr.wmiNamespace),
      field('ESS', Attr.wmiFilter),
      field('CONSUMER', Attr.wmiConsumer),
      CAUSE,
    ]),
  },
};
