import { type MappedRow, testMappingRows } from '../../../test/support/mapped.ts';
import { codeIntegrity } from './code_integrity.ts';

const FILE = '\\Device\\HarddiskVolume3\\x.sys';
const PROCESS = '\\Device\\HarddiskVolume3\\p.exe';
const status = { Status: -1073740760 };
const buffers = { FileNameBuffer: FILE, ProcessNameBuffer: PROCESS, ...status };
const byPolicy = {
  FileName: FILE,
  ProcessName: PROCESS,
  ...status,
  SHA256Hash: Uint8Array.of(0, 255),
  PolicyName: 'Strict',
  PolicyID: 'p1',
};
const told = {
  'file.path': FILE,
  'file.name': 'x.sys',
  'file.extension': 'sys',
  'process.executable.path': PROCESS,
};
const failed = { 'sigel.status': 0xc0000428 };
const policy = { 'windows.code_integrity.policy.name': 'Strict', 'windows.code_integrity.policy.id': 'p1' };
const decided = { ...told, ...failed, ...policy, 'windows.code_integrity.authenticode_sha256': '00ff' };

const row = (
  event: number,
  name: string,
  severity: number,
  words: string,
  payload: MappedRow[1],
  attributes: MappedRow[5],
): MappedRow => [event, payload, `code_integrity.${name}`, severity, `code integrity: ${words}`, attributes];
const image = (event: number, name: string, words: string): MappedRow =>
  row(event, name, 13, `${FILE} ${words}`, buffers, told);

testMappingRows(codeIntegrity, [
  image(3001, 'driver.unsigned', 'is an unsigned driver and was loaded'),
  image(3002, 'image.unverified', 'could not be verified: its page hashes were not found'),
  image(3004, 'image.unverified', 'could not be verified: its hash was not found'),
  image(3021, 'driver.revoked', 'is a revoked driver and was loaded'),
  image(3023, 'driver.block', 'is a revoked driver and was not loaded'),
  image(3032, 'image.revoked', 'is revoked and was loaded'),
  image(3036, 'image.block', 'is revoked and was not loaded'),
  image(3037, 'image.unsigned', 'is unsigned and was loaded'),
  row(3033, 'image.block', 13, `${FILE} is not signed as ${PROCESS} must have it`, buffers, {
    ...told,
    ...failed,
  }),
  row(3034, 'image.audit', 9, `${FILE} is not signed as ${PROCESS} should have it`, buffers, {
    ...told,
    ...failed,
  }),
  row(3076, 'policy.audit', 9, `${FILE} would be blocked by Strict`, byPolicy, decided),
  row(3077, 'policy.block', 13, `${FILE} was blocked by Strict`, byPolicy, decided),
  row(
    3089,
    'signature',
    9,
    'signed by Contoso',
    { PublisherName: 'Contoso', IssuerName: 'Root' },
    { 'windows.code_integrity.publisher': 'Contoso', 'windows.code_integrity.issuer': 'Root' },
  ),
  row(
    3099,
    'policy.load',
    9,
    'policy Strict is in force',
    { PolicyNameBuffer: 'Strict', PolicyIdBuffer: 'p1', Status: 0 },
    { ...policy, 'sigel.status': 0 },
  ),
]);
