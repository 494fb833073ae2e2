import { AttributeBlock, type AttributeKey, Shape } from '../model/attribute_set.ts';
import { Attr } from '../model/attributes.ts';
import type { Value } from '../model/value.ts';
import type { AccountSource } from './accounts.ts';
import type { EtwEvent } from './event.ts';

const ITEM_KEYS: readonly AttributeKey[] = [
  Attr.userId,
  Attr.windowsSessionId,
  Attr.windowsStartKey,
  Attr.siloId,
  Attr.etwStack,
  Attr.userName,
  Attr.userDomain,
];
// One shape for each of the few sets of keys that a record may still take.
const shapes = new Map<string, Shape>();

/**
 * The extended items of an event as a block of its record, without the keys that the record's own attributes
 * hold. User, session and start key are the writer's: they are left out where the record is about another
 * process than the one that wrote it. Undefined when nothing remains.
 */
export function itemBlock(
  event: EtwEvent,
  own: Shape,
  pid: Value | undefined,
  accounts?: AccountSource,
): AttributeBlock | undefined {
  const { sid, sessionId, processStartKey, containerId, stack } = event.extendedItems();
  const isOwn = pid === undefined || pid === event.pid;
  // Who an event names itself is not mixed with who wrote it.
  const account =
    isOwn && sid !== undefined && own.indexOf(Attr.userId) < 0 ? accounts?.account(sid) : undefined;
  const values = [
    isOwn ? sid : undefined,
    isOwn ? sessionId : undefined,
    isOwn ? processStartKey : undefined,
    containerId,
    stack?.addresses,
    account?.name,
    account?.domain,
  ];
  const keys: AttributeKey[] = [];
  const kept: Value[] = [];
  for (const [i, key] of ITEM_KEYS.entries()) {
    const value = values[i];
    if (value === undefined || own.indexOf(key) >= 0) continue;
    keys.push(key);
    kept.push(value);
  }
  return keys.length === 0 ? undefined : new AttributeBlock(shapeOf(keys), kept);
}

function shapeOf(keys: readonly AttributeKey[]): Shape {
  const name = keys.map((key) => key.name).join();
  let shape = shapes.get(name);
  if (shape === undefined) {
    shape = new Shape(keys);
    shapes.set(name, shape);
  }
  return shape;
}
