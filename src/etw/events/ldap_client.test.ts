import { testMappingRows } from '../../../test/support/mapped.ts';
import { ldapClient } from './ldap_client.ts';

const search = {
  ScopeOfSearch: 2,
  SearchFilter: '(servicePrincipalName=*)',
  DistinguishedName: 'DC=corp',
  AttributeList: 'sAMAccountName',
  ProcessId: 900,
};

testMappingRows(ldapClient, [
  [
    30,
    search,
    'ldap.search',
    9,
    'ldap search: (servicePrincipalName=*) below DC=corp',
    {
      'process.pid': 900,
      'windows.ldap.filter': '(servicePrincipalName=*)',
      'windows.ldap.base': 'DC=corp',
      'windows.ldap.scope': 'subtree',
      'windows.ldap.attributes': 'sAMAccountName',
    },
  ],
]);
