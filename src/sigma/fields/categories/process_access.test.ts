import { catalogueEvent } from '../../../../test/scenario/catalogue_event.ts';
import type { Process } from '../../../../test/scenario/process.ts';
import { testFields } from '../../../../test/support/sigma_fields.ts';

const AUDIT_API_CALLS = 'e02a841c-75a3-4fa7-afc8-ae09cf9b7f23';

function opens(by: Process, target: Process, access: number, status: number): void {
  const values = { TargetProcessId: target.pid, DesiredAccess: access, ReturnCode: status };
  catalogueEvent(by, AUDIT_API_CALLS, 5, values);
}

testFields('process_access', [
  {
    title: 'who opens whom, where it was allowed',
    story: (s) => {
      const lsass = s.process('C:\\Windows\\System32\\lsass.exe');
      const thief = s.process({ commandLine: 'C:\\thief.exe -d', user: 'S-1-5-19' });
      opens(thief, lsass, 0x1fffff, 0xc0000022);
      opens(thief, lsass, 0x1010, 0);
    },
    records: [
      {
        SourceImage: 'C:\\thief.exe',
        SourceCommandLine: 'C:\\thief.exe -d',
        SourceUser: 'NT AUTHORITY\\LOCAL SERVICE',
        TargetImage: 'C:\\Windows\\System32\\lsass.exe',
        GrantedAccess: '0x1010',
        Provider_Name: 'Microsoft-Windows-Kernel-Audit-API-Calls',
        CallTrace: undefined,
      },
    ],
  },
]);
