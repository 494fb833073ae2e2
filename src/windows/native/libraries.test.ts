import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { Libraries, placesFromEnvironment } from './libraries.ts';

test('places come from the environment', () => {
  const places = placesFromEnvironment;
  assert.deepEqual(places({}), {
    etwLibrary: undefined,
    eventLogLibrary: undefined,
    systemRoot: 'C:\\Windows',
  });
  assert.deepEqual(places({ SystemRoot: 'D:\\Win', SIGEL_TEST_ETW_LIBRARY: 'Z:\\t\\etw.dll' }), {
    etwLibrary: 'Z:\\t\\etw.dll',
    eventLogLibrary: undefined,
    systemRoot: 'D:\\Win',
  });
  assert.equal(places({ SystemRoot: 'relative' }).systemRoot, 'C:\\Windows');
  assert.equal(places({ SIGEL_TEST_ETW_LIBRARY: '' }).etwLibrary, undefined);
});

test('a DLL that is not there is told apart', () => {
  const found = new Libraries({ systemRoot: 'C:\\Windows' }).find('etw', 'StartTraceW', 'uint32', []);
  assert.equal(found.kind, process.platform === 'win32' ? 'found' : 'no_library');
  if (found.kind === 'no_library') assert.match(found.message, /^C:\\Windows\\System32\\advapi32\.dll /);
});

test('a DLL without a full path is not loaded', () => {
  const libraries = new Libraries({ etwLibrary: 'etw.dll', systemRoot: 'C:\\Windows' });
  assert.deepEqual(libraries.find('tdh', 'TdhGetEventInformation', 'uint32', []), {
    kind: 'no_library',
    message: 'etw.dll: not an absolute path',
  });
});

// The C library stands for a stand-in here, so that looking up is run on Linux as well.
const LIBC = '/lib/x86_64-linux-gnu/libc.so.6';

test('a function that a DLL exports, and one that it does not', { skip: !existsSync(LIBC) }, () => {
  const libraries = new Libraries({ etwLibrary: LIBC, systemRoot: 'C:\\Windows' });
  const abs = libraries.find<(value: number) => number>('etw', 'abs', 'int32', ['int32']);
  assert.ok(abs.kind === 'found');
  assert.equal(abs.call(-3), 3);
  assert.deepEqual(libraries.find('etw', 'OpenTraceFromRealTimeLogger', 'uint64', []), {
    kind: 'not_exported',
    message: `${LIBC} does not export OpenTraceFromRealTimeLogger`,
  });
});
