import type { At } from '../rule/expression.ts';

/**
 * Values as most events of Windows have them, in lower case. What stands in one of these says little about an event,
 * however long it is.
 */
const COMMON = [
  'c:\\windows\\system32\\cmd.exe /c ',
  '"c:\\windows\\system32\\windowspowershell\\v1.0\\powershell.exe" -',
  'c:\\windows\\syswow64\\rundll32.exe',
  'c:\\windows\\system32\\svchost.exe -k netsvcs -p -s ',
  'c:\\windows\\system32\\services.exe',
  'c:\\windows\\system32\\conhost.exe 0x4',
  'c:\\windows\\explorer.exe',
  'c:\\program files (x86)\\microsoft\\',
  'c:\\program files\\common files\\',
  'c:\\programdata\\microsoft\\',
  'c:\\users\\public\\',
  'c:\\users\\administrator\\appdata\\local\\temp\\',
  'microsoft corporation',
  'microsoft® windows® operating system',
  'nt authority\\system',
  'medium',
  'high',
  'system',
] as const;

/** Whether a text, in lower case, stands at a place of what most events have. */
export function isCommon(text: string, at: At): boolean {
  switch (at) {
    case 'whole':
      return COMMON.some((one) => one === text);
    case 'start':
      return COMMON.some((one) => one.startsWith(text));
    case 'end':
      return COMMON.some((one) => one.trimEnd().endsWith(text));
    case 'within':
      return COMMON.some((one) => one.includes(text));
  }
}
