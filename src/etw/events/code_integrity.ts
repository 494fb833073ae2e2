import type { SeverityNumber } from '@opentelemetry/api';
import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { baseName, extension, field, hexDigits, status } from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';

const FILE_NAMES = ['FileNameBuffer', 'FileName'] as const;
const FILE = [
  field(FILE_NAMES, Attr.filePath),
  field(FILE_NAMES, Attr.fileName, baseName),
  field(FILE_NAMES, Attr.fileExtension, extension),
];
const PROCESS = field(['ProcessNameBuffer', 'ProcessName'], Attr.processExecutablePath);
const STATUS = field('Status', Attr.status, status);
const POLICY = [
  field(['PolicyName', 'PolicyNameBuffer'], Attr.codePolicyName),
  field(['PolicyID', 'PolicyIdBuffer'], Attr.codePolicyId),
];
const BY_POLICY = [
  ...FILE,
  PROCESS,
  STATUS,
  field('SHA256Hash', Attr.authenticodeHash, hexDigits),
  ...POLICY,
];

const code = (
  name: string,
  severity: SeverityNumber,
  words: string,
  fields: readonly FieldMapping[],
): EventMapping => ({
  eventName: `code_integrity.${name}`,
  severity,
  body: `code integrity: ${words}`,
  fields,
  ...(fields.includes(PROCESS) ? { learned: [Attr.ntPath] } : {}),
});
const image = (name: string, words: string): EventMapping =>
  code(name, Severity.warn, `{file.path} ${words}`, [...FILE, PROCESS]);

const NOTES = `The process is the one that loads the image; paths are shown as it sees them.`;

/** Microsoft-Windows-CodeIntegrity. */
export const codeIntegrity: ProviderMapping = {
  guid: '4ee76bd8-3cf4-44a0-a0ac-3937643e37a3',
  name: 'Microsoft-Windows-CodeIntegrity',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    3001: image('driver.unsigned', 'is an unsigned driver and was loaded'),
    3002: image('image.unverified', 'could not be verified: its page hashes were not found'),
    3004: image('image.unverified', 'could not be verified: its hash was not found'),
    3021: image('driver.revoked', 'is a revoked driver and was loaded'),
    3023: image('driver.block', 'is a revoked driver and was not loaded'),
    3032: image('image.revoked', 'is revoked and was loaded'),
    3033: code(
      'image.block',
      Severity.warn,
      '{file.path} is not signed as {process.executable.path} must have it',
      [...FILE, PROCESS, STATUS],
    ),
    3034: code(
      'image.audit',
      Severity.info,
      '{file.path} is not signed as {process.executable.path} should have it',
      [...FILE, PROCESS, STATUS],
    ),
    3036: image('image.block', 'is revoked and was not loaded'),
    3037: image('image.unsigned', 'is unsigned and was loaded'),
    3076: code(
      'policy.audit',
      Severity.info,
      '{file.path} would be blocked by {windows.code_integrity.policy.name}',
      BY_POLICY,
    ),
    3077: code(
      'policy.block',
      Severity.warn,
      '{file.path} was blocked by {windows.code_integrity.policy.name}',
      BY_POLICY,
    ),
    3089: code('signature', Severity.info, 'signed by {windows.code_integrity.publisher}', [
      field('PublisherName', Attr.codePublisher),
      field('IssuerName', Attr.codeIssuer),
    ]),
    3099: code('policy.load', Severity.info, 'policy {windows.code_integrity.policy.name} is in force', [
      ...POLICY,
      STATUS,
    ]),
  },
};
