import { Attr } from '../../../model/attributes.ts';
import type { LogRecord } from '../../../model/log_record.ts';
import type { CategoryDefinition } from '../definition.ts';
import { attribute } from '../field.ts';
import { ACTOR_FIELDS } from '../process_fields.ts';

const FIELDS = { ...ACTOR_FIELDS, TargetFilename: attribute(Attr.filePath) };

/** Files that come into being. */
export const fileEvent: CategoryDefinition = {
  category: 'file_event',
  eventNames: ['file.create'],
  fields: FIELDS,
  notes: 'A file that is overwritten is not in it, as it is in Sysmon. CreationUtcTime is not told.',
};

/** Files that are deleted. */
export const fileDelete: CategoryDefinition = {
  category: 'file_delete',
  eventNames: ['file.delete'],
  fields: FIELDS,
};

/** Files that get another name. */
export const fileRename: CategoryDefinition = {
  category: 'file_rename',
  eventNames: ['file.rename'],
  fields: { ...FIELDS, SourceFilename: attribute(Attr.filePreviousPath) },
};

/** Files that are opened. */
export const fileAccess: CategoryDefinition = {
  category: 'file_access',
  eventNames: ['file.open'],
  fields: { ...ACTOR_FIELDS, FileName: attribute(Attr.filePath) },
  notes: 'What was asked for: whether it could be opened is not known yet.',
};

// Behind the drive or device a colon begins the name of a stream.
function isStream(record: LogRecord): boolean {
  const path = record.get(Attr.filePath);
  return path !== undefined && path.lastIndexOf(':') > Math.max(1, path.lastIndexOf('\\'));
}

/** Alternate data streams that come into being. */
export const createStreamHash: CategoryDefinition = {
  category: 'create_stream_hash',
  eventNames: ['file.create'],
  only: { words: '`file.path` names a stream', accepts: isStream },
  fields: FIELDS,
  notes: 'Without Contents and Hash: at its creation a stream is empty.',
};
