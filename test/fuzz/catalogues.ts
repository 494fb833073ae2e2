import { readFileSync } from 'node:fs';
import { Catalogue } from '../../src/etw/catalogue/catalogue.ts';
import type { Random } from '../scenario/random.ts';
import { EXTREMES, HOSTILE_NAMES, oneIn, pick } from './hostile.ts';

const DATA = new URL('../../src/etw/catalogue/data/', import.meta.url);
/** Small files, of both kinds; with lengths, counts, structs and maps among them. */
const FILES = [
  'classic-process.json',
  'classic-systemconfig.json',
  'classic-tcpip.json',
  'microsoft-windows-containers-wcifs.json',
  'microsoft-windows-dns-client.json',
  'microsoft-windows-kernel-network.json',
  'microsoft-windows-kernel-process.json',
].map((name): Json => JSON.parse(readFileSync(new URL(name, DATA), 'utf8')));

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A catalogue one of whose files was changed by somebody who does not know its format. */
export function damagedCatalogue(random: Random): { catalogue: Catalogue; guid: string } {
  const file = structuredClone(pick(random, FILES));
  const guid = String((file as { guid?: string }).guid);
  const changes = random.integer(1, 30);
  for (let i = 0; i < changes; i++) change(file, random);
  const whole = oneIn(random, 50) ? hostile(random) : file;
  return { catalogue: new Catalogue(new Map([[guid, 'damaged.json']]), () => whole), guid };
}

/** Looks up everything that events could ask for. */
export function lookUpAll({ catalogue, guid }: ReturnType<typeof damagedCatalogue>): void {
  catalogue.keywords(guid);
  for (const name of HOSTILE_NAMES) catalogue.map(guid, name);
  for (let id = 0; id < 80; id++) {
    for (const version of [0, 3, 255]) {
      catalogue.manifest(guid, id, version);
      catalogue.classic(guid, id, version);
    }
  }
}

// Walks down to a chance place and changes what is there.
function change(root: Json, random: Random): void {
  let at = root;
  while (at !== null && typeof at === 'object') {
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    const key = pick(random, keys);
    const holder = at as Record<string, Json>;
    const value = holder[key] ?? null;
    if (value === null || typeof value !== 'object' || oneIn(random, 12)) {
      if (oneIn(random, 4)) delete holder[key];
      else holder[key] = hostile(random, value);
      return;
    }
    at = value;
  }
}

function hostile(random: Random, value: Json = null): Json {
  switch (random.integer(0, 7)) {
    case 0:
      return null;
    case 1:
      return pick(random, EXTREMES) * (oneIn(random, 2) ? 1 : -0.5);
    case 2:
      return pick(random, HOSTILE_NAMES);
    case 3:
      return [value, value];
    case 4:
      return { [pick(random, HOSTILE_NAMES)]: value };
    case 5:
      return pick(random, ['Struct', 'Binary', 'UnicodeString', '*', 'rest', 'prefix']);
    default:
      return Array.from({ length: 3000 }, () => value);
  }
}
