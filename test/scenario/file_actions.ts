import { eventTable } from './event_tables.ts';
import { ntPath } from './paths.ts';
import type { Actor } from './world.ts';

/** What a write does to a file. */
export interface WriteOptions {
  /** Bytes in all; written in blocks of at most 64 KiB. Default 4,096. */
  readonly size?: number;
  /** The file did not exist. Default true. */
  readonly isNew?: boolean;
}

interface Open {
  readonly irp: bigint;
  readonly object: bigint;
  readonly key: bigint;
}

const BLOCK = 65_536;
/** FILE_OVERWRITE_IF << 24 | FILE_NON_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT. */
const OPEN_FOR_WRITING = 0x0500_0060;
/** FILE_OPEN << 24 with the same options. */
const OPEN_FOR_READING = 0x0100_0060;

/** Creates or overwrites a file and writes to it: Create, CreateNewFile, NameCreate, Write, Cleanup, Close. */
export function writeFile(actor: Actor, path: string, options: WriteOptions = {}): void {
  const open = openFile(actor, path, OPEN_FOR_WRITING, options.isNew ?? true);
  transfer(actor, 16, open, options.size ?? 4096);
  closeFile(actor, open);
}

/** Opens, reads and closes a file. */
export function readFile(actor: Actor, path: string, size = 4096): void {
  const open = openFile(actor, path, OPEN_FOR_READING, false);
  transfer(actor, 15, open, size);
  closeFile(actor, open);
}

/** Deletes a file: SetDelete, DeletePath, and NameDelete once it is closed. */
export function deleteFile(actor: Actor, path: string): void {
  const open = openFile(actor, path, OPEN_FOR_READING, false);
  const full = ntPath(actor.view, path);
  const from = actor.emitter();
  const { recorder } = actor.world;
  const values = { ...setValues(actor, open), InfoClass: 64, FilePath: full };
  recorder.manifest(eventTable('file', 18, 1), from, values);
  recorder.manifest(eventTable('file', 26, 1), from, values);
  closeFile(actor, open);
  recorder.manifest(eventTable('file', 11, 0), from, { FileKey: open.key, FileName: full });
  actor.world.forgetFile(full);
}

/** Renames a file: Rename, RenamePath with the new path, NameCreate for it. */
export function renameFile(actor: Actor, path: string, newPath: string): void {
  const open = openFile(actor, path, OPEN_FOR_READING, false);
  const target = ntPath(actor.view, newPath);
  const from = actor.emitter();
  const { recorder } = actor.world;
  const values = { ...setValues(actor, open), InfoClass: 65, FilePath: target };
  recorder.manifest(eventTable('file', 19, 1), from, values);
  recorder.manifest(eventTable('file', 27, 1), from, values);
  closeFile(actor, open);
  actor.world.forgetFile(ntPath(actor.view, path));
  nameOf(actor, target);
}

function openFile(actor: Actor, path: string, options: number, isNew: boolean): Open {
  const { world } = actor;
  const from = actor.emitter();
  const open = { irp: world.nextObject(), object: world.nextObject() };
  const full = ntPath(actor.view, path);
  const values = {
    Irp: open.irp,
    FileObject: open.object,
    IssuingThreadId: actor.tid,
    CreateOptions: options,
    CreateAttributes: 0x80,
    ShareAccess: 3,
    FileName: full,
  };
  world.recorder.manifest(eventTable('file', 12, 1), from, values);
  if (isNew) world.recorder.manifest(eventTable('file', 30, 1), from, values);
  const key = nameOf(actor, full);
  world.recorder.manifest(eventTable('file', 24, 0), from, {
    Irp: open.irp,
    // FILE_OPENED or FILE_CREATED.
    ExtraInformation: isNew ? 2 : 1,
    Status: 0,
  });
  return { ...open, key };
}

/** The file's key; its first sight gives a NameCreate. */
function nameOf(actor: Actor, full: string): bigint {
  const { key, fresh } = actor.world.fileKey(full);
  if (fresh) {
    const values = { FileKey: key, FileName: full };
    actor.world.recorder.manifest(eventTable('file', 10, 0), actor.emitter(), values);
  }
  return key;
}

function transfer(actor: Actor, id: 15 | 16, open: Open, size: number): void {
  const { recorder } = actor.world;
  for (let at = 0; at < size; at += BLOCK) {
    recorder.manifest(eventTable('file', id, 1), actor.emitter(), {
      ByteOffset: at,
      Irp: open.irp,
      FileObject: open.object,
      FileKey: open.key,
      IssuingThreadId: actor.tid,
      IOSize: Math.min(BLOCK, size - at),
      IOFlags: 0x60a00,
      ExtraFlags: 0,
    });
  }
}

function closeFile(actor: Actor, open: Open): void {
  for (const id of [13, 14]) {
    actor.world.recorder.manifest(eventTable('file', id, 1), actor.emitter(), {
      Irp: open.irp,
      FileObject: open.object,
      FileKey: open.key,
      IssuingThreadId: actor.tid,
    });
  }
}

function setValues(actor: Actor, open: Open) {
  return {
    Irp: open.irp,
    FileObject: open.object,
    FileKey: open.key,
    ExtraInformation: 1,
    IssuingThreadId: actor.tid,
  };
}
