import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { field, oneOf, otherProcessId } from './conversions.ts';
import type { ProviderMapping } from './mapping.ts';

/** Microsoft-Windows-LDAP-Client: searches. */
export const ldapClient: ProviderMapping = {
  guid: '099614a5-5dd7-4788-8bc9-e29f43db28fc',
  name: 'Microsoft-Windows-LDAP-Client',
  keyedBy: 'id',
  events: {
    30: {
      eventName: 'ldap.search',
      severity: Severity.info,
      body: 'ldap search: {windows.ldap.filter} below {windows.ldap.base}',
      fields: [
        field('SearchFilter', Attr.ldapFilter),
        field('DistinguishedName', Attr.ldapBase),
        // LDAP_SCOPE_* of winldap.h.
        field('ScopeOfSearch', Attr.ldapScope, oneOf({ 0: 'base', 1: 'one_level', 2: 'subtree' })),
        field('AttributeList', Attr.ldapAttributes),
        field('ProcessId', Attr.processPid, otherProcessId),
      ],
    },
  },
};
