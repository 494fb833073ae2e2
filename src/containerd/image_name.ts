import type { Image } from './facts.ts';

const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,128}$/;
const TAG = /^\w[\w.-]{0,127}$/;
/** distribution's grammar allows 255 characters for the name; registries are part of it. */
const MAX_REFERENCE = 512;

/**
 * The parts of an image reference such as `registry:5000/app/web:1.2@sha256:…`. Undefined for an image id
 * (`sha256:…`), which names nothing, and for what is none.
 */
export function parseImage(reference: string): Image | undefined {
  if (reference.length > MAX_REFERENCE || DIGEST.test(reference)) return undefined;
  const [named = '', digest, ...more] = reference.split('@');
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  // A colon before the last slash is the registry's port.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (!/^[\w.:[\]-]+(?:\/[\w.-]+)*$/.test(name) || (tag !== undefined && !TAG.test(tag))) return undefined;
  return {
    name,
    tags: tag === undefined ? [] : [tag],
    repoDigests: digest === undefined ? [] : [`${name}@${digest}`],
  };
}
