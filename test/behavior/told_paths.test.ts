import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Catalogue } from '../../src/etw/catalogue/catalogue.ts';
import type { Schema } from '../../src/etw/schema.ts';
import { encodePayload, type WriteValue } from '../scenario/payload_writer.ts';
import type { Emitter } from '../scenario/recorder.ts';
import { type Scenario, scenario } from '../scenario/scenario.ts';
import { BUILDS, type BuildName } from '../scenario/windows_builds.ts';
import { correlated } from './correlated.ts';

// Providers that tell paths as the kernel names them, and from which nothing is learnt.
const CODE_INTEGRITY = '4ee76bd8-3cf4-44a0-a0ac-3937643e37a3';
const DOTNET = 'e13c0d23-ccbc-4e12-931b-d9cc2eee27e4';
const SECURITY = '54849625-5478-4994-a5ba-3e3b0328c30d';

const HOST = '\\Device\\HarddiskVolume3';
const LSASS: Emitter = { pid: 700, tid: 704, cpu: 0 };
type Given = Readonly<Record<string, WriteValue>>;

/** Writes an event of the catalogue; fields that are not given are 0 or empty. */
function tells(
  s: Scenario,
  provider: string,
  [id, version]: readonly [number, number],
  from: Emitter,
  given: Given,
) {
  const schema = Catalogue.shipped().manifest(provider, id, version);
  assert.ok(schema !== undefined);
  const values = Object.fromEntries(
    schema.fields.map((field) => [field.name, given[field.name] ?? empty(field)]),
  );
  s.recorder.event({ provider, id, version, payload: encodePayload(schema.fields, values) }, from);
}

function empty({ inType }: Schema['fields'][number]): WriteValue {
  if (inType === 'SID') return 'S-1-5-18';
  if (inType === 'GUID') return '00000000-0000-0000-0000-000000000000';
  return inType === 'UnicodeString' ? '' : 0;
}

function stage(build: BuildName) {
  const s = scenario({ build });
  const host = s.process('services.exe');
  const container = s.container({ session: 3 });
  const image = 'C:\\Windows\\System32\\inetsrv\\w3wp.exe';
  const pod = s.process({ commandLine: 'w3wp.exe', image, in: container });
  return { s, host, pod, scratch: container.view.systemVolume };
}

const file = (path: string, process: string): Given => ({
  FileNameLength: path.length,
  FileNameBuffer: path,
  ProcessNameLength: process.length,
  ProcessNameBuffer: process,
});
const started = (pid: number, parent: number, path: string): Given => ({
  NewProcessId: pid,
  NewProcessName: path,
  ProcessId: parent,
});

for (const build of Object.keys(BUILDS) as BuildName[]) {
  for (const who of ['host', 'pod'] as const) {
    test(`an image that code integrity blocks, and who loads it, as the ${who} sees them: ${build}`, () => {
      const at = stage(build);
      const volume = who === 'host' ? HOST : at.scratch;
      const given = file(`${volume}\\app\\x.dll`, `${volume}\\app\\y.exe`);
      tells(at.s, CODE_INTEGRITY, [3033, 0], at[who].emitter(), given);
      const { records, only } = correlated(at.s.trace());
      const record = only('code_integrity.image.block');
      assert.equal(record['file.path'], 'C:\\app\\x.dll');
      assert.equal(record['process.executable.path'], 'C:\\app\\y.exe');
      assert.equal(record['sigel.nt_path'], `${volume}\\app\\x.dll`);
      assert.equal(
        records.find((r) => r.eventName === 'code_integrity.image.block')?.body,
        'code integrity: C:\\app\\x.dll is not signed as C:\\app\\y.exe must have it',
      );
    });

    test(`a module of .NET as the ${who} sees it: ${build}`, () => {
      const at = stage(build);
      const volume = who === 'host' ? HOST : at.scratch;
      const given = { ModuleILPath: `${volume}\\app\\x.dll`, ModuleNativePath: `${volume}\\app\\x.ni.dll` };
      tells(at.s, DOTNET, [152, 1], at[who].emitter(), given);
      const record = correlated(at.s.trace()).only('dotnet.module.load');
      assert.equal(record['dll.path'], 'C:\\app\\x.dll');
      assert.equal(record['sigel.dotnet.module.native_path'], 'C:\\app\\x.ni.dll');
      assert.equal(record['sigel.nt_path'], `${volume}\\app\\x.dll`);
    });

    test(`the image of a process that the Security log tells of, of the ${who}: ${build}`, () => {
      const at = stage(build);
      const volume = who === 'host' ? HOST : at.scratch;
      // Of the new process nothing else is told: its parent decides.
      tells(at.s, SECURITY, [4688, 2], LSASS, started(9000, at[who].pid, `${volume}\\app\\x.exe`));
      const record = correlated(at.s.trace()).only('windows.audit.4688');
      assert.equal(record['process.executable.path'], 'C:\\app\\x.exe');
      assert.equal(record['process.executable.name'], 'x.exe');
      assert.equal(record['sigel.nt_path'], `${volume}\\app\\x.exe`);
    });
  }

  test(`the first process of a container is of the container, not of its maker: ${build}`, () => {
    const { s, host } = stage(build);
    const later = s.container({ session: 9 });
    const smss = host.starts({ commandLine: 'smss.exe', in: later });
    const path = `${later.view.systemVolume}\\Windows\\System32\\smss.exe`;
    tells(s, SECURITY, [4688, 2], LSASS, started(smss.pid, host.pid, path));
    const record = correlated(s.trace()).only('windows.audit.4688');
    assert.equal(record['process.executable.path'], 'C:\\Windows\\System32\\smss.exe');
  });

  test(`a pid that was a container's process before says nothing of the new one: ${build}`, () => {
    const { s, host, pod, scratch } = stage(build);
    const child = pod.starts('C:\\app\\x.exe');
    child.exits();
    tells(s, SECURITY, [4688, 2], LSASS, started(child.pid, host.pid, `${HOST}\\x.exe`));
    tells(s, SECURITY, [4689, 0], LSASS, { ProcessId: pod.pid, ProcessName: `${scratch}\\x.exe` });
    const { only } = correlated(s.trace());
    assert.equal(only('windows.audit.4688')['process.executable.path'], 'C:\\x.exe');
    assert.equal(only('windows.audit.4689')['process.executable.path'], 'C:\\x.exe');
  });

  test(`a device in lower case is shown, and what has no kernel form stays: ${build}`, () => {
    const { s, host } = stage(build);
    tells(s, SECURITY, [5156, 0], LSASS, {
      ProcessID: host.pid,
      Application: '\\device\\harddiskvolume3\\x.exe',
    });
    tells(s, SECURITY, [4624, 0], LSASS, { ProcessId: host.pid, ProcessName: '-' });
    tells(s, DOTNET, [152, 1], host.emitter(), { ModuleILPath: 'InMemory' });
    const { only } = correlated(s.trace());
    assert.equal(only('windows.audit.5156')['process.executable.path'], 'C:\\x.exe');
    assert.equal(only('windows.audit.4624')['process.executable.path'], undefined);
    assert.equal(only('dotnet.module.load')['dll.path'], 'InMemory');
    assert.equal(only('dotnet.module.load')['sigel.nt_path'], undefined);
  });
}
