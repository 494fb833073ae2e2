import { ByteWriter } from './bytes.ts';
import { eventTable } from './event_tables.ts';
import { ntKey } from './paths.ts';
import type { Actor } from './world.ts';

/** A registry value: text is REG_SZ, a number REG_DWORD, bytes REG_BINARY. */
export type RegistryData = string | number | Uint8Array;

/** Windows captures at most this much of a value. */
const CAPTURED = 256;

/** Opens (or makes) the key, sets a value and closes it. */
export function setValue(
  actor: Actor,
  key: string,
  name: string,
  data: RegistryData,
  makesKey: boolean,
): void {
  const object = openKey(actor, key, makesKey);
  const { type, bytes } = encodeData(data);
  const captured = bytes.subarray(0, CAPTURED);
  actor.world.recorder.manifest(eventTable('registry', 5, 0), actor.emitter(), {
    KeyObject: object,
    Status: 0,
    Type: type,
    DataSize: bytes.length,
    KeyName: keyName(actor, key),
    ValueName: name,
    CapturedDataSize: captured.length,
    CapturedData: captured,
    PreviousDataType: 0,
    PreviousDataSize: 0,
    PreviousDataCapturedSize: 0,
    PreviousData: new Uint8Array(0),
  });
  closeKey(actor, key, object);
}

/** Opens the key, reads a value and closes it. */
export function readValue(actor: Actor, key: string, name: string): void {
  const object = openKey(actor, key, false);
  actor.world.recorder.manifest(eventTable('registry', 7, 0), actor.emitter(), {
    KeyObject: object,
    Status: 0,
    InfoClass: 2,
    DataSize: 144,
    KeyName: keyName(actor, key),
    ValueName: name,
    CapturedDataSize: 0,
    CapturedData: new Uint8Array(0),
  });
  closeKey(actor, key, object);
}

/** Opens the key, deletes a value and closes it. */
export function deleteValue(actor: Actor, key: string, name: string): void {
  const object = openKey(actor, key, false);
  const values = { KeyObject: object, Status: 0, KeyName: keyName(actor, key), ValueName: name };
  actor.world.recorder.manifest(eventTable('registry', 6, 0), actor.emitter(), values);
  closeKey(actor, key, object);
}

/** Opens and deletes a key. */
export function deleteKey(actor: Actor, key: string): void {
  const object = openKey(actor, key, false);
  const values = { KeyObject: object, Status: 0, KeyName: keyName(actor, key) };
  actor.world.recorder.manifest(eventTable('registry', 3, 0), actor.emitter(), values);
  closeKey(actor, key, object);
}

/** Makes a key and closes it. */
export function createKey(actor: Actor, key: string): void {
  closeKey(actor, key, openKey(actor, key, true));
}

function openKey(actor: Actor, key: string, makes: boolean): bigint {
  const object = actor.world.nextObject();
  actor.world.recorder.manifest(eventTable('registry', makes ? 1 : 2, 0), actor.emitter(), {
    BaseObject: 0,
    KeyObject: object,
    Status: 0,
    // REG_CREATED_NEW_KEY, or 0 for an open.
    Disposition: makes ? 1 : 0,
    BaseName: '',
    RelativeName: ntKey(actor.view, key, actor.user),
  });
  return object;
}

function closeKey(actor: Actor, key: string, object: bigint): void {
  const values = { KeyObject: object, Status: 0, KeyName: keyName(actor, key) };
  actor.world.recorder.manifest(eventTable('registry', 13, 0), actor.emitter(), values);
}

function keyName(actor: Actor, key: string): string {
  return actor.world.fullKeyNames ? ntKey(actor.view, key, actor.user) : '';
}

function encodeData(data: RegistryData): { type: number; bytes: Uint8Array } {
  if (typeof data === 'string') return { type: 1, bytes: new ByteWriter().utf16(`${data}\0`).take() };
  if (typeof data === 'number') return { type: 4, bytes: new ByteWriter().u32(data).take() };
  return { type: 3, bytes: data };
}
