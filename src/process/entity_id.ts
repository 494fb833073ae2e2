import { hash } from 'node:crypto';
import type { KnownProcess } from './known_process.ts';

/**
 * The id of a process: 96 bits of SHA-256 over host, creation time and pid, as base64url. An agent that is started
 * again finds the same one. Where the creation is not known (the kernel logger alone, a process met in the middle
 * of its life) the time it was first met stands in its place, until the creation is learnt.
 */
export function entityId(host: string, process: KnownProcess): string {
  const when = process.facts.created ?? `met ${process.met}`;
  if (process.id?.when === when) return process.id.text;
  const text = hash('sha256', `${host}\n${when}\n${process.pid}`, 'base64url').slice(0, 16);
  process.id = { when, text };
  return text;
}
