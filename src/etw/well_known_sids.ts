/** An account or group by name, as Windows shows it in English: `NT AUTHORITY\SYSTEM`. */
export interface AccountName {
  readonly name: string;
  /** The authority before the backslash; undefined for names without one. */
  readonly domain: string | undefined;
}

// MS-DTYP 2.4.2.4 and winnt.h; names as LookupAccountSid gives them on an English system. S-1-5-93 is the
// User Manager of Windows containers: ContainerAdministrator and ContainerUser exist in every image.
const NAMES: Readonly<Record<string, string>> = {
  'S-1-0-0': 'NULL SID',
  'S-1-1-0': 'Everyone',
  'S-1-2-0': 'LOCAL',
  'S-1-2-1': 'CONSOLE LOGON',
  'S-1-3-0': 'CREATOR OWNER',
  'S-1-3-1': 'CREATOR GROUP',
  'S-1-5-1': 'NT AUTHORITY\\DIALUP',
  'S-1-5-2': 'NT AUTHORITY\\NETWORK',
  'S-1-5-3': 'NT AUTHORITY\\BATCH',
  'S-1-5-4': 'NT AUTHORITY\\INTERACTIVE',
  'S-1-5-6': 'NT AUTHORITY\\SERVICE',
  'S-1-5-7': 'NT AUTHORITY\\ANONYMOUS LOGON',
  'S-1-5-9': 'NT AUTHORITY\\ENTERPRISE DOMAIN CONTROLLERS',
  'S-1-5-10': 'NT AUTHORITY\\SELF',
  'S-1-5-11': 'NT AUTHORITY\\Authenticated Users',
  'S-1-5-12': 'NT AUTHORITY\\RESTRICTED',
  'S-1-5-13': 'NT AUTHORITY\\TERMINAL SERVER USER',
  'S-1-5-14': 'NT AUTHORITY\\REMOTE INTERACTIVE LOGON',
  'S-1-5-15': 'NT AUTHORITY\\This Organization',
  'S-1-5-17': 'NT AUTHORITY\\IUSR',
  'S-1-5-18': 'NT AUTHORITY\\SYSTEM',
  'S-1-5-19': 'NT AUTHORITY\\LOCAL SERVICE',
  'S-1-5-20': 'NT AUTHORITY\\NETWORK SERVICE',
  'S-1-5-32-544': 'BUILTIN\\Administrators',
  'S-1-5-32-545': 'BUILTIN\\Users',
  'S-1-5-32-546': 'BUILTIN\\Guests',
  'S-1-5-32-547': 'BUILTIN\\Power Users',
  'S-1-5-32-551': 'BUILTIN\\Backup Operators',
  'S-1-5-32-555': 'BUILTIN\\Remote Desktop Users',
  'S-1-5-32-556': 'BUILTIN\\Network Configuration Operators',
  'S-1-5-32-558': 'BUILTIN\\Performance Monitor Users',
  'S-1-5-32-559': 'BUILTIN\\Performance Log Users',
  'S-1-5-32-568': 'BUILTIN\\IIS_IUSRS',
  'S-1-5-32-573': 'BUILTIN\\Event Log Readers',
  'S-1-5-32-578': 'BUILTIN\\Hyper-V Administrators',
  'S-1-5-32-580': 'BUILTIN\\Remote Management Users',
  'S-1-5-80-0': 'NT SERVICE\\ALL SERVICES',
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464': 'NT SERVICE\\TrustedInstaller',
  'S-1-5-82-0': 'IIS APPPOOL\\All Application Pools',
  'S-1-5-82-3006700770-424185619-1745488364-794895919-4004696415': 'IIS APPPOOL\\DefaultAppPool',
  'S-1-5-83-0': 'NT VIRTUAL MACHINE\\Virtual Machines',
  'S-1-5-90-0': 'Window Manager\\Window Manager Group',
  'S-1-5-93-0': 'User Manager\\All Containers',
  'S-1-5-93-2-1': 'User Manager\\ContainerAdministrator',
  'S-1-5-93-2-2': 'User Manager\\ContainerUser',
  'S-1-5-113': 'NT AUTHORITY\\Local account',
  'S-1-5-114': 'NT AUTHORITY\\Local account and member of Administrators group',
};

// Accounts that Windows makes for each session; the number is the session's.
const PER_SESSION: readonly (readonly [sid: RegExp, name: string])[] = [
  [/^S-1-5-90-0-(\d+)$/, 'Window Manager\\DWM-'],
  [/^S-1-5-96-0-(\d+)$/, 'Font Driver Host\\UMFD-'],
];

const accounts = new Map<string, AccountName>(
  Object.entries(NAMES).map(([sid, account]) => [sid, split(account)] as const),
);

/** The account a SID stands for on every Windows; undefined for those of a domain, a machine or a service. */
export function wellKnownAccount(sid: string): AccountName | undefined {
  const known = accounts.get(sid);
  if (known !== undefined || !(sid.startsWith('S-1-5-9') && sid.length < 32)) return known;
  for (const [pattern, prefix] of PER_SESSION) {
    const session = pattern.exec(sid)?.[1];
    if (session !== undefined) return split(prefix + session);
  }
  return undefined;
}

// Mandatory labels: winnt.h SECURITY_MANDATORY_*_RID under authority 16.
const INTEGRITY: ReadonlyMap<string, string> = new Map([
  ['S-1-16-0', 'untrusted'],
  ['S-1-16-4096', 'low'],
  ['S-1-16-8192', 'medium'],
  ['S-1-16-8448', 'medium_plus'],
  ['S-1-16-12288', 'high'],
  ['S-1-16-16384', 'system'],
  ['S-1-16-20480', 'protected'],
]);

/** The name of a mandatory label's integrity level, or undefined. */
export function integrityLevelName(sid: string): string | undefined {
  return INTEGRITY.get(sid);
}

function split(account: string): AccountName {
  const at = account.indexOf('\\');
  return at < 0
    ? { name: account, domain: undefined }
    : { name: account.slice(at + 1), domain: account.slice(0, at) };
}
