import type { FieldPatch } from '../patches.ts';

const AMSI = 'Microsoft-Antimalware-Scan-Interface';

/** Providers that report on security, management and the desktop. */
export const SECURITY_PATCHES: readonly FieldPatch[] = [
  {
    provider: AMSI,
    field: /^hash(originalcontent)?$/,
    in: 'Binary',
    set: { length: '32' },
    source: 'SHA-256 of the content: 32 bytes in the manifest of Windows 11 24H2',
  },
  {
    provider: ['Microsoft-Windows-CodeIntegrity', 'Microsoft-Windows-Security-Auditing'],
    field: /^(Sub)?Status(Code)?$/,
    in: ['UInt32', 'HexInt32'],
    set: { out: 'NTSTATUS' },
    source: "documentation of the events' fields: results of ci.dll and of the local security authority",
  },
  {
    provider: ['Microsoft-Windows-Containers-BindFlt', 'Microsoft-Windows-Containers-Wcifs'],
    field: /^NTStatus$/,
    in: 'HexInt32',
    set: { out: 'NTSTATUS' },
    source: 'the name',
  },
  ...[/^rcBounds$/, /^rcData$/].map(
    (field): FieldPatch => ({
      provider: 'Microsoft-Windows-Win32k',
      field,
      in: 'structure',
      set: {
        in: 'Struct',
        fields: ['left', 'top', 'right', 'bottom'].map((name) => ({ name, in: 'Int32' })),
        ...(field.test('rcData') ? { count: 'NumRects' } : {}),
      },
      source: 'windef.h RECT; the numbers of properties leave room for four members',
    }),
  ),
];
