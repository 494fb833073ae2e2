import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { address, baseName, extension, field } from './conversions.ts';
import type { EventMapping, ProviderMapping } from './mapping.ts';

// What the class calls FileObject here is the key of the file, which Kernel-File calls FileKey.
const name = (eventName: string, verb: string): EventMapping => ({
  eventName,
  severity: Severity.debug,
  body: `file ${verb}: {file.path|sigel.file.key}`,
  fields: [
    field('FileObject', Attr.fileKey, address),
    field('FileName', Attr.filePath),
    field('FileName', Attr.fileName, baseName),
    field('FileName', Attr.fileExtension, extension),
  ],
  learned: [Attr.ntPath, Attr.filePodUid],
});

const NOTES = `Names only, as correlation needs them. The rundown (36) of all files comes at the end of a session.`;

/** The kernel logger's FileIo class: the names of files. */
export const classicFile: ProviderMapping = {
  guid: '90cbdc39-4a3e-11d1-84f4-0000f80464e3',
  name: 'FileIo',
  notes: NOTES,
  keyedBy: 'opcode',
  events: {
    0: name('file.name.rundown', 'name'),
    32: name('file.name.create', 'named'),
    35: name('file.name.delete', 'name gone'),
    36: name('file.name.rundown', 'name'),
  },
};
