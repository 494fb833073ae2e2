import type { Resource } from '@opentelemetry/resources';
import { ResourceAttr } from '../model/attributes.ts';
import type { Request, Unit } from './gather.ts';

/** So many lanes, whatever the number of consumers: a queue on disk keeps its lanes when that changes. */
const LANES = 16;

const lanes = new WeakMap<Resource, number>();

/** The lane of a record or span: the same for all of one container, another one for most others. */
export function laneOf({ resource }: { readonly resource: Resource }): number {
  let lane = lanes.get(resource);
  if (lane === undefined) {
    const id = resource.attributes[ResourceAttr.containerId.name];
    lane = hash(typeof id === 'string' ? id : '') % LANES;
    lanes.set(resource, lane);
  }
  return lane;
}

/** Cuts a unit into one for each lane that its items are of; in each, the order is kept. */
export function byLane<T, R extends Request<T>>(
  { items, parts }: Unit<T, R>,
  laneOf: (item: T) => number,
): Unit<T, R>[] {
  const found = new Map<number, { items: T[]; parts: { request: R; count: number }[] }>();
  let next = 0;
  for (const { request, count } of parts) {
    for (const item of items.slice(next, next + count)) {
      const lane = laneOf(item);
      let unit = found.get(lane);
      if (unit === undefined) found.set(lane, (unit = { items: [], parts: [] }));
      unit.items.push(item);
      const last = unit.parts.at(-1);
      if (last?.request === request) last.count++;
      else unit.parts.push({ request, count: 1 });
    }
    next += count;
  }
  return Array.from(found, ([lane, unit]) => ({ ...unit, lane }));
}

// FNV-1a; it only spreads.
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
