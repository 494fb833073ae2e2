import { bitsClient } from '../../etw/events/bits_client.ts';
import { codeIntegrity } from '../../etw/events/code_integrity.ts';
import { dnsClient } from '../../etw/events/dns_client.ts';
import { ldapClient } from '../../etw/events/ldap_client.ts';
import type { ProviderMapping } from '../../etw/events/mapping.ts';
import { powershell } from '../../etw/events/powershell.ts';
import { securityAuditing } from '../../etw/events/security_auditing.ts';
import { smbClient } from '../../etw/events/smb_client.ts';
import { smbServer } from '../../etw/events/smb_server.ts';
import { taskScheduler } from '../../etw/events/task_scheduler.ts';
import { windowsDefender } from '../../etw/events/windows_defender.ts';
import { wmiActivity } from '../../etw/events/wmi_activity.ts';

/**
 * Sigma's services (event log channels) whose provider ETW can be asked for, with that provider. Source of the
 * names: the taxonomy of the Sigma specification and its mapping of Windows services to channels.
 */
export const SERVICES: Readonly<Record<string, ProviderMapping>> = {
  'bits-client': bitsClient,
  'codeintegrity-operational': codeIntegrity,
  'dns-client': dnsClient,
  ldap: ldapClient,
  powershell,
  security: securityAuditing,
  'smbclient-connectivity': smbClient,
  'smbclient-security': smbClient,
  'smbserver-connectivity': smbServer,
  taskscheduler: taskScheduler,
  windefend: windowsDefender,
  wmi: wmiActivity,
};
