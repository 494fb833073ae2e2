import { Attr } from '../../model/attributes.ts';
import type { FieldValue } from '../schema.ts';
import { Severity } from '../severity.ts';
import { address, baseName, extension, field } from './conversions.ts';
import type { EventMapping, FieldMapping } from './mapping.ts';

// Create and delete events carry the path; all others name the open file by two kernel addresses only.
// Which path those mean is known from earlier events.

// The address of this open of a file.
const FILE_OBJECT = field('FileObject', Attr.fileObject, address);
/** The address of the file. */
export const FILE_KEY = field('FileKey', Attr.fileKey, address);
/** Both. */
export const FILE_KEYS: readonly FieldMapping[] = [FILE_OBJECT, FILE_KEY];

/** A path, its last part and extension. */
export function filePath(name: string): FieldMapping[] {
  return [
    field(name, Attr.filePath),
    field(name, Attr.fileName, baseName),
    field(name, Attr.fileExtension, extension),
  ];
}

const LEARNED = [Attr.filePath, Attr.fileName, Attr.fileExtension, Attr.ntPath, Attr.filePodUid];
const RENAMED = [...LEARNED, Attr.filePreviousPath];

// NtCreateFile's CreateDisposition, which the I/O manager keeps in the high byte of the create options.
const DISPOSITIONS = ['supersede', 'open', 'create', 'open_if', 'overwrite', 'overwrite_if'] as const;

/** What a create request asked for, by name. */
function disposition(value: FieldValue): string | undefined {
  return typeof value === 'number' ? DISPOSITIONS[value >>> 24] : undefined;
}

/** A request to open or create the file of a path. */
export function fileRequest(path: string): FieldMapping[] {
  return [FILE_OBJECT, ...filePath(path), field('CreateOptions', Attr.fileDisposition, disposition)];
}

/** What happens to a file. */
export function fileDetail(
  eventName: string,
  verb: string,
  fields: readonly FieldMapping[] = FILE_KEYS,
): EventMapping {
  return {
    eventName,
    severity: Severity.debug,
    body: `file ${verb}: ${fields.includes(FILE_KEY) ? '{file.path|sigel.file.key}' : '{file.path}'}`,
    fields,
    learned: LEARNED,
  };
}

/** The same of what changes which files there are. */
export function fileChange(
  eventName: string,
  verb: string,
  fields: readonly FieldMapping[] = FILE_KEYS,
): EventMapping {
  return { ...fileDetail(eventName, verb, fields), severity: Severity.info };
}

/** A request to open or create, whose outcome is not known yet. */
export function fileOpen(path: string): EventMapping {
  return {
    eventName: 'file.open',
    severity: Severity.debug,
    body: 'file open requested: {file.path} ({sigel.file.disposition})',
    fields: fileRequest(path),
    learned: LEARNED,
  };
}

/** A rename; the path from before is learned. */
export function fileRename(verb: string, fields: readonly FieldMapping[] = FILE_KEYS): EventMapping {
  return { ...fileChange('file.rename', verb, fields), learned: RENAMED };
}
