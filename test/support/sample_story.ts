import type { Process } from '../scenario/process.ts';
import { type Scenario, scenario } from '../scenario/scenario.ts';
import type { PeSpec } from './pe_writer.ts';

/** A recorded event by Sigma's names, as Sysmon wrote it. */
export type SampleEvent = Readonly<Record<string, unknown>>;

/** Categories whose events can be told again as ETW events. */
export const RETOLD = [
  'process_creation',
  'image_load',
  'file_event',
  'registry_set',
  'registry_delete',
  'registry_event',
] as const;

/** Tells an event of Sysmon again, as Windows would write it into a trace if it happened in a container. */
export function retell(category: string, event: SampleEvent): Uint8Array {
  const s = scenario({ build: 'server2022' });
  s.process('C:\\Windows\\System32\\services.exe');
  const pod = s.container();
  const user = userSid(textOf(event, 'User'));
  // The container's volume is known from the first of its processes that runs from \Windows.
  const first = s.process({ commandLine: 'C:\\Windows\\System32\\wininit.exe', in: pod, user: 'S-1-5-18' });
  if (category === 'process_creation') startProcess(s, first, event, user);
  else act(category, first.starts({ image: textOf(event, 'Image'), user }), event);
  return s.trace();
}

function startProcess(s: Scenario, first: Process, event: SampleEvent, user: string): void {
  const parent = first.starts({
    image: textOf(event, 'ParentImage') || 'C:\\Windows\\explorer.exe',
    commandLine: textOf(event, 'ParentCommandLine'),
    user: userSid(textOf(event, 'ParentUser')),
  });
  s.after('10ms');
  parent.starts({ image: textOf(event, 'Image'), commandLine: textOf(event, 'CommandLine'), user });
}

function act(category: string, by: Process, event: SampleEvent): void {
  const target = textOf(event, 'TargetObject');
  const key = target.slice(0, target.lastIndexOf('\\'));
  const last = target.slice(target.lastIndexOf('\\') + 1);
  const name = last === '(Default)' ? '' : last;
  if (category === 'image_load') by.loads(textOf(event, 'ImageLoaded'));
  else if (category === 'file_event') by.writesFile(textOf(event, 'TargetFilename'));
  else {
    switch (event['EventType']) {
      case 'SetValue':
        by.setsRegistryValue(longKey(key), name, dataOf(textOf(event, 'Details')));
        break;
      case 'DeleteValue':
        by.deletesRegistryValue(longKey(key), name);
        break;
      case 'DeleteKey':
        by.deletesRegistryKey(longKey(target));
        break;
      default:
        by.createsRegistryKey(longKey(target));
    }
  }
}

function longKey(key: string): string {
  return key.replace(/^HKCR(?=\\|$)/, 'HKLM\\SOFTWARE\\Classes');
}

function dataOf(details: string): string | number | Uint8Array {
  const number = /^DWORD \((0x[0-9a-f]{8})\)$/i.exec(details)?.[1];
  if (number !== undefined) return Number(number);
  if (details === 'Binary Data') return new Uint8Array([1, 2, 3]);
  return details === '(Empty)' ? '' : details;
}

function userSid(user: string): string {
  if (user.endsWith('\\SYSTEM')) return 'S-1-5-18';
  return 'S-1-5-21-1004336348-1177238915-682003330-1001';
}

/** The file that the event is about, and what it says of itself. */
export function fileOf(
  category: string,
  event: SampleEvent,
): { readonly path: string; readonly pe: PeSpec } | undefined {
  const path = textOf(event, category === 'image_load' ? 'ImageLoaded' : 'Image');
  if (category !== 'image_load' && category !== 'process_creation') return undefined;
  const names = {
    OriginalFilename: textOf(event, 'OriginalFileName'),
    FileDescription: textOf(event, 'Description'),
    ProductName: textOf(event, 'Product'),
    CompanyName: textOf(event, 'Company'),
    FileVersion: textOf(event, 'FileVersion'),
  };
  const known = Object.entries(names).filter(([, text]) => text !== '' && text !== '-');
  return { path, pe: { version: Object.fromEntries(known) } };
}

function textOf(event: SampleEvent, name: string): string {
  const value = event[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
