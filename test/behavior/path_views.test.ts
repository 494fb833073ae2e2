import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteWriter } from '../scenario/bytes.ts';
import type { Process } from '../scenario/process.ts';
import { type Scenario, scenario } from '../scenario/scenario.ts';
import type { BuildName } from '../scenario/windows_builds.ts';
import { BUILDS } from '../scenario/windows_builds.ts';
import { correlated } from './correlated.ts';

const SYSTEM_CONFIG_EX = '9b79ee91-b5fd-41c0-a243-4248e266e9d0';
const POD = '0f0c5a66-9d0b-4c6c-8a1e-3b1f8f6f2a11';

/** A line of the list of volumes that merged traces begin with (VolumeMapping). */
function tellsVolume(s: Scenario, nt: string, dos: string): void {
  const payload = new ByteWriter().utf16(`${nt}\0${dos}\0`).take();
  s.writes((time) => ({ header: 'full', guid: SYSTEM_CONFIG_EX, opcode: 35, time, payload }));
}

interface Stage {
  readonly s: Scenario;
  readonly host: Process;
  /** In a container, on the volume that the build gives it. */
  readonly pod: Process;
  /** NT path of that volume. */
  readonly scratch: string;
}

function stage(build: BuildName, volumes: boolean): Stage {
  const s = scenario({ build });
  if (volumes) {
    tellsVolume(s, '\\??\\', '');
    tellsVolume(s, '\\SystemRoot\\', 'C:\\Windows\\');
    tellsVolume(s, '\\Device\\HarddiskVolume3\\', 'C:\\');
    tellsVolume(s, '\\Device\\HarddiskVolume4\\', 'E:\\');
    tellsVolume(s, '\\Device\\Mup\\', '\\\\');
  }
  const host = s.process('services.exe');
  const container = s.container({ session: 3 });
  const pod = s.process({
    commandLine: 'w3wp.exe',
    image: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe',
    in: container,
  });
  return { s, host, pod, scratch: container.view.systemVolume };
}

const HOST = '\\Device\\HarddiskVolume3';
const POD_VOLUME = `\\var\\lib\\kubelet\\pods\\${POD}\\volumes\\kubernetes.io~empty-dir\\data\\x.txt`;

const LAYER = '\\ProgramData\\containerd\\root\\io.containerd.snapshotter.v1.windows\\snapshots\\12\\Files';

/** Who writes which file, by the kernel's name, and how it is shown. */
const files: readonly [title: string, who: 'host' | 'pod', nt: string, shown: string, pod?: string][] = [
  ['the host’s C:', 'host', `${HOST}\\Windows\\x.dll`, 'C:\\Windows\\x.dll'],
  ['SystemRoot', 'host', '\\SystemRoot\\System32\\x.sys', 'C:\\Windows\\System32\\x.sys'],
  ['a DOS path', 'host', '\\??\\C:\\Temp\\x', 'C:\\Temp\\x'],
  ['a share', 'host', '\\Device\\Mup\\server\\share\\x', '\\\\server\\share\\x'],
  ['a share from a container', 'pod', '\\Device\\Mup\\server\\share\\x', '\\\\server\\share\\x'],
  ['a container’s C:', 'pod', 'C:\\inetpub\\x.aspx', 'C:\\inetpub\\x.aspx'],
  ['a file that is still in the image', 'pod', `${HOST}${LAYER}\\app\\x.dll`, 'C:\\app\\x.dll'],
  ['SystemRoot in a container', 'pod', '\\SystemRoot\\x', 'C:\\Windows\\x'],
  ['the host’s disk from a container', 'pod', `${HOST}\\x`, `${HOST}\\x`],
  ['a pod’s volume from the pod', 'pod', HOST + POD_VOLUME, HOST + POD_VOLUME, POD],
  ['a pod’s volume from the host', 'host', HOST + POD_VOLUME, `C:${POD_VOLUME}`, POD],
];

for (const build of Object.keys(BUILDS) as BuildName[]) {
  for (const volumes of [true, false]) {
    const where = `${build}, ${volumes ? 'volumes told' : 'volumes inferred'}`;

    for (const [title, who, nt, shown, podUid] of files) {
      test(`${title}: ${where}`, () => {
        const at = stage(build, volumes);
        at[who].writesFile(nt);
        const { named } = correlated(at.s.trace());
        const kernel = nt.startsWith('C:') ? at.scratch + nt.slice(2) : nt;
        for (const name of ['file.open', 'file.create', 'file.write', 'file.close']) {
          const [record] = named(name);
          assert.equal(record?.['file.path'], shown, name);
          assert.equal(record['sigel.nt_path'], shown === kernel ? undefined : kernel, name);
          assert.equal(record['file.name'], shown.slice(shown.lastIndexOf('\\') + 1), name);
          assert.equal(record['sigel.file.pod_uid'], podUid, name);
        }
      });
    }

    test(`images of processes and modules: ${where}`, () => {
      const { s, host, pod, scratch } = stage(build, volumes);
      pod.starts('C:\\app\\x.exe').loads('C:\\Windows\\System32\\ntdll.dll');
      host.loads('C:\\Windows\\System32\\user32.dll', `${scratch}\\app\\y.dll`);
      const { only, named } = correlated(s.trace());
      assert.equal(only('process.start')['process.executable.path'], 'C:\\app\\x.exe');
      assert.equal(only('process.start')['sigel.nt_path'], `${scratch}\\app\\x.exe`);
      assert.deepEqual(
        named('process.module.load').map((load) => load['dll.path']),
        ['C:\\Windows\\System32\\ntdll.dll', 'C:\\Windows\\System32\\user32.dll', `${scratch}\\app\\y.dll`],
      );
      assert.equal(
        named('process.module.load')[0]?.['sigel.nt_path'],
        `${scratch}\\Windows\\System32\\ntdll.dll`,
      );
    });
  }

  test(`another volume of the host has the letter that was told: ${build}`, () => {
    const { s, host } = stage(build, true);
    host.writesFile('\\Device\\HarddiskVolume4\\data\\x');
    assert.equal(correlated(s.trace()).only('file.create')['file.path'], 'E:\\data\\x');
  });

  test(`another volume of the host stays as it is where nobody told: ${build}`, () => {
    const { s, host } = stage(build, false);
    host.writesFile('\\Device\\HarddiskVolume4\\data\\x');
    assert.equal(
      correlated(s.trace()).only('file.create')['file.path'],
      '\\Device\\HarddiskVolume4\\data\\x',
    );
  });

  test(`two containers have a C: each, also one that starts later: ${build}`, () => {
    const { s, host, pod } = stage(build, true);
    const later = s.container({ session: 9 });
    const smss = host.starts({ commandLine: 'smss.exe', in: later });
    smss.writesFile('C:\\one.txt');
    pod.writesFile('C:\\two.txt');
    const { named } = correlated(s.trace());
    assert.deepEqual(
      named('file.create').map((create) => create['file.path']),
      ['C:\\one.txt', 'C:\\two.txt'],
    );
  });

  test(`registry keys: ${build}`, () => {
    const { s, host, pod } = stage(build, true);
    host.setsRegistryValue('HKLM\\SOFTWARE\\X', 'v', 1);
    host.setsRegistryValue('HKU\\S-1-5-18\\Environment', 'v', 1);
    host.setsRegistryValue('HKLM\\SYSTEM\\ControlSet001\\Services\\X', 'ImagePath', 'x');
    pod.setsRegistryValue('HKLM\\SOFTWARE\\X', 'v', 1);
    pod.setsRegistryValue('HKCU\\Software\\X', 'v', 1);
    const silo = `\\REGISTRY\\WC\\Silo${pod.container?.silo}`;
    const { named } = correlated(s.trace());
    assert.deepEqual(
      named('registry.value.set').map((set) => [set['registry.key'], set['sigel.registry.nt_key']]),
      [
        ['HKLM\\SOFTWARE\\X', '\\REGISTRY\\MACHINE\\SOFTWARE\\X'],
        ['HKU\\S-1-5-18\\Environment', '\\REGISTRY\\USER\\S-1-5-18\\Environment'],
        [
          'HKLM\\SYSTEM\\CurrentControlSet\\Services\\X',
          '\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\X',
        ],
        ['HKLM\\SOFTWARE\\X', `${silo}software\\X`],
        [`HKU\\${pod.user}\\Software\\X`, `${silo}user\\${pod.user}\\Software\\X`],
      ],
    );
  });

  test(`the hive of whoever runs: ${build}`, () => {
    const { s, pod } = stage(build, true);
    const silo = `\\REGISTRY\\WC\\Silo${pod.container?.silo}`;
    const child = pod.starts({ commandLine: 'cmd.exe', user: 'S-1-5-93-2-2' });
    child.setsRegistryValue(`${silo}user_sid\\Software\\X`, 'v', 1);
    assert.equal(
      correlated(s.trace()).only('registry.value.set')['registry.key'],
      'HKU\\S-1-5-93-2-2\\Software\\X',
    );
  });
}
