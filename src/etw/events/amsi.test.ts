import { Buffer } from 'node:buffer';
import { testMappingRows } from '../../../test/support/mapped.ts';
import { amsi } from './amsi.ts';

const script = Buffer.from('iex $x', 'utf16le');
const image = Buffer.from('4d5a900003000000', 'hex');
const scan = {
  session: 0x1f,
  scanStatus: 1,
  scanResult: 1,
  appname: 'PowerShell',
  contentname: 'C:\\a.ps1',
  contentsize: 12,
  originalsize: 12,
  content: script,
  hash: Buffer.from('00ff', 'hex'),
};
const told = {
  'windows.amsi.session': '0x1f',
  'windows.amsi.result': 1,
  'windows.amsi.app': 'PowerShell',
  'windows.amsi.content_name': 'C:\\a.ps1',
  'windows.amsi.content_size': 12,
  'windows.amsi.original_size': 12,
  'windows.amsi.content_hash': '00ff',
};
const TITLE = 'amsi scan by PowerShell: C:\\a.ps1 (result 1)';

testMappingRows(amsi, [
  [1101, scan, 'amsi.scan', 9, 'iex $x', told],
  [
    1101,
    { ...scan, scanResult: 32768 },
    'amsi.scan',
    13,
    'iex $x',
    { ...told, 'windows.amsi.result': 32768 },
  ],
  [
    1101,
    { ...scan, scanResult: 16384 },
    'amsi.scan',
    13,
    'iex $x',
    { ...told, 'windows.amsi.result': 16384 },
  ],
  // What is no text is not shown as if it were one.
  [1101, { ...scan, content: image }, 'amsi.scan', 9, TITLE, told],
  [1101, { ...scan, content: script.subarray(1) }, 'amsi.scan', 9, TITLE, told],
  [1101, { ...scan, content: script.subarray(0, 0) }, 'amsi.scan', 9, TITLE, told],
  [1101, { ...scan, content: undefined }, 'amsi.scan', 9, TITLE, told],
]);
