import { Attr } from '../../model/attributes.ts';
import type { FieldValue } from '../schema.ts';
import { Severity } from '../severity.ts';
import { field, oneOf, status, text } from './conversions.ts';
import type { EventMapping, ProviderMapping } from './mapping.ts';

// Names of rpcdce.h: RPC_C_AUTHN_LEVEL_*, RPC_C_AUTHN_*, RPC_C_IMP_LEVEL_*.
const LEVELS = {
  1: 'none',
  2: 'connect',
  3: 'call',
  4: 'packet',
  5: 'packet_integrity',
  6: 'packet_privacy',
};
const SERVICES = { 0: 'none', 9: 'negotiate', 10: 'ntlm', 14: 'schannel', 16: 'kerberos', 20: 'kernel' };
const IMPERSONATION = { 0: 'default', 1: 'anonymous', 2: 'identify', 3: 'impersonate', 4: 'delegate' };
const PROTOCOLS = { 1: 'tcp', 2: 'named_pipe', 3: 'lrpc', 4: 'http' };

/** Text that is missing where the runtime writes `NULL`. */
function nullText(value: FieldValue): string | undefined {
  return value === 'NULL' ? undefined : text(value);
}

const call = (side: 'client' | 'server'): EventMapping => ({
  eventName: `rpc.${side}_call.start`,
  severity: Severity.debug,
  body: `rpc ${side} call: procedure {windows.rpc.procedure} of {windows.rpc.interface.id} by {windows.rpc.protocol} at {windows.rpc.endpoint}`,
  fields: [
    field('InterfaceUuid', Attr.rpcInterface),
    field('ProcNum', Attr.rpcProcedure),
    field('Protocol', Attr.rpcProtocol, oneOf(PROTOCOLS)),
    field('NetworkAddress', Attr.serverAddress, nullText),
    field('Endpoint', Attr.rpcEndpoint, nullText),
    field('Options', Attr.rpcOptions, nullText),
    field('AuthenticationLevel', Attr.rpcAuthenticationLevel, oneOf(LEVELS)),
    field('AuthenticationService', Attr.rpcAuthenticationService, oneOf(SERVICES)),
    field('ImpersonationLevel', Attr.rpcImpersonationLevel, oneOf(IMPERSONATION)),
  ],
});

const done = (side: 'client' | 'server'): EventMapping => ({
  eventName: `rpc.${side}_call.stop`,
  severity: Severity.debug,
  body: `rpc ${side} call ended ({sigel.status})`,
  fields: [field('Status', Attr.status, status)],
});

const NOTES = `Client calls are logged in the process that calls, server calls in the one that serves. The end of a call tells its status
alone. What the runtime writes as \`NULL\` is left out.`;

/** Microsoft-Windows-RPC: who calls which procedure of which interface. */
export const rpc: ProviderMapping = {
  guid: '6ad52b32-d609-4be9-ae07-ce8dae937e39',
  name: 'Microsoft-Windows-RPC',
  notes: NOTES,
  keyedBy: 'id',
  events: { 5: call('client'), 6: call('server'), 7: done('client'), 8: done('server') },
};
