import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PathView } from './path_view.ts';

const VHD = '\\Device\\VhdHardDisk{584bff57-f248-40ab-a57d-5dc8c7466f1f}';
const host = new PathView({
  devices: new Map([
    ['harddiskvolume3', 'C:'],
    ['harddiskvolume6', 'E:'],
  ]),
  windows: 'C:\\Windows',
});
const container = new PathView({
  devices: new Map([['vhdharddisk{584bff57-f248-40ab-a57d-5dc8c7466f1f}', 'C:']]),
  layers: true,
});
const letterless = new PathView({ devices: new Map([['harddiskvolume7', 'C:']]), layers: true });
const unknown = new PathView({ devices: new Map(), anyVhd: true });

const SNAPSHOTS =
  '\\Device\\HarddiskVolume3\\ProgramData\\containerd\\root\\io.containerd.snapshotter.v1.windows\\snapshots';
const PIPE = '\\Device\\NamedPipe\\x';

const cases: readonly [title: string, view: PathView, path: string, shown: string][] = [
  ['a host volume', host, '\\Device\\HarddiskVolume3\\Windows\\a.exe', 'C:\\Windows\\a.exe'],
  ['another one', host, '\\Device\\HarddiskVolume6\\data', 'E:\\data'],
  ['in other case', host, '\\device\\HARDDISKVOLUME3\\x', 'C:\\x'],
  ['the root of a volume', host, '\\Device\\HarddiskVolume3\\', 'C:\\'],
  ['a volume with a longer number', host, '\\Device\\HarddiskVolume33\\x', '\\Device\\HarddiskVolume33\\x'],
  ['a volume itself', host, '\\Device\\HarddiskVolume3', '\\Device\\HarddiskVolume3'],
  ['a container’s disk, to the host', host, `${VHD}\\x`, `${VHD}\\x`],
  ['a container’s disk, to the container', container, `${VHD}\\Windows\\a.dll`, 'C:\\Windows\\a.dll'],
  ['another disk, to the container', container, '\\Device\\VhdHardDisk{0}\\x', '\\Device\\VhdHardDisk{0}\\x'],
  [
    'a host volume, to a container',
    container,
    '\\Device\\HarddiskVolume3\\x',
    '\\Device\\HarddiskVolume3\\x',
  ],
  ['a letterless volume, to its container', letterless, '\\Device\\HarddiskVolume7\\x', 'C:\\x'],
  ['a container’s disk, to who knows', unknown, `${VHD}\\x`, 'C:\\x'],
  ['a layer of the image', container, `${SNAPSHOTS}\\12\\Files\\Windows\\a.dll`, 'C:\\Windows\\a.dll'],
  ['a layer, to the host', host, `${SNAPSHOTS}\\12\\Files\\a`, `C:${SNAPSHOTS.slice(23)}\\12\\Files\\a`],
  ['SystemRoot', host, '\\SystemRoot\\System32\\drivers\\x.sys', 'C:\\Windows\\System32\\drivers\\x.sys'],
  ['SystemRoot, to a container', container, '\\systemroot\\x', 'C:\\Windows\\x'],
  ['Windows’ folder without its volume', host, '\\Windows\\System32\\x.dll', 'C:\\Windows\\System32\\x.dll'],
  ['another folder without its volume', host, '\\Program Files\\x.dll', '\\Program Files\\x.dll'],
  ['a DOS path', host, '\\??\\C:\\x', 'C:\\x'],
  ['a DOS path, older', host, '\\DosDevices\\d:\\x', 'd:\\x'],
  ['a DOS path of the global directory', host, '\\GLOBAL??\\C:\\x', 'C:\\x'],
  ['a DOS path of a share', host, '\\??\\UNC\\server\\share\\x', '\\\\server\\share\\x'],
  ['a volume by GUID', host, '\\??\\Volume{1}\\x', '\\??\\Volume{1}\\x'],
  ['a share', host, '\\Device\\Mup\\server\\share\\x', '\\\\server\\share\\x'],
  ['a share, to a container', container, '\\Device\\Mup\\server\\share\\x', '\\\\server\\share\\x'],
  [
    'a mapped share',
    host,
    '\\Device\\Mup\\;LanmanRedirector\\;Z:0000000000020d40\\server\\share',
    '\\\\server\\share',
  ],
  [
    'a mapped share of DFS',
    host,
    '\\Device\\Mup\\DfsClient\\;Z:0000000000020d40\\server\\public',
    '\\\\server\\public',
  ],
  ['a share by its redirector', host, '\\Device\\LanmanRedirector\\;Y:1\\server\\share', '\\\\server\\share'],
  ['the redirector itself', host, '\\Device\\Mup\\', '\\Device\\Mup\\'],
  ['a pipe', host, PIPE, PIPE],
  ['a DOS path already', host, 'C:\\x', 'C:\\x'],
  ['a share already', host, '\\\\server\\share', '\\\\server\\share'],
  ['a bare name', host, 'x.exe', 'x.exe'],
  ['nothing', host, '', ''],
  ['a device called as a property', host, '\\Device\\__proto__\\x', '\\Device\\__proto__\\x'],
];
for (const [title, view, path, shown] of cases) test(title, () => assert.equal(view.show(path), shown));

test('no text makes it throw, and what is shown is shown the same again', () => {
  const part = fc.constantFrom(
    '\\',
    'Device',
    'Mup',
    ';Z:',
    '??',
    'C:',
    'UNC',
    'SystemRoot',
    'HarddiskVolume3',
    'x',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 8 }), (parts) => {
      const shown = host.show(parts.join(''));
      if (!shown.startsWith('\\') || shown.startsWith('\\\\')) assert.equal(host.show(shown), shown);
    }),
  );
});
