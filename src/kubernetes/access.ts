import type { Buffer } from 'node:buffer';
import { existsSync, readFileSync, statSync } from 'node:fs';

/** Where a pod's service account is mounted, below the root of its file system. */
const MOUNT = 'var/run/secrets/kubernetes.io/serviceaccount';
const MAX_TOKEN = 64 * 1024;
const MAX_CA = 1024 * 1024;
/** What can stand in an HTTP header: a JWT, or a token of another kind. */
const TOKEN = /^[\x21-\x7e]+$/;

/** What shows the API server who asks, and what it is known by. */
export type Credentials =
  | { readonly kind: 'credentials'; readonly token: string; readonly ca: Buffer | undefined }
  | { readonly kind: 'missing'; readonly reason: string };

/** Where the API server is, and the credentials for it as they are now. */
export interface Access {
  readonly server: URL;
  /** Reads the files anew: kubelet replaces a token long before it expires, and a request is a rare thing. */
  credentials(): Credentials;
}

/** What the configuration says; what is absent is as in a pod. */
export interface AccessOptions {
  readonly server?: string | undefined;
  readonly token_file?: string | undefined;
  readonly ca_file?: string | undefined;
}

/** What this process runs in. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
}

/** The access that the options and a pod's surroundings give, or what is missing for it. */
export function accessOf(
  options: AccessOptions,
  { env, platform }: Surroundings = process,
): Access | { readonly kind: 'missing'; readonly reason: string } {
  const server = options.server ?? inClusterServer(env);
  if (server === undefined)
    return missing(
      'KUBERNETES_SERVICE_HOST is not set, so this is no pod: say kubernetes::server, token_file and ca_file',
    );
  return {
    server: new URL(server),
    credentials: () => {
      const folder = mountsOf(env, platform).find((path) => existsSync(`${path}/token`));
      const tokenFile = options.token_file ?? fileIn(folder, 'token');
      if (tokenFile === undefined) return missing('no token of a service account is mounted');
      // Another server is known by its own authority, or by the system's.
      const caFile = options.ca_file ?? (options.server === undefined ? fileIn(folder, 'ca.crt') : undefined);
      return read(tokenFile, caFile);
    },
  };
}

function inClusterServer(env: Surroundings['env']): string | undefined {
  const host = env['KUBERNETES_SERVICE_HOST'];
  if (host === undefined || host === '') return undefined;
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '443';
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Where the service account of a HostProcess container can be: with containerd 1.6 its volumes lie below its sandbox,
 * since 1.7 they are bound to where they are mounted.
 */
function mountsOf(env: Surroundings['env'], platform: string): string[] {
  if (platform !== 'win32') return [`/${MOUNT}`];
  const sandbox = env['CONTAINER_SANDBOX_MOUNT_POINT'];
  return [...(sandbox === undefined || sandbox === '' ? [] : [`${sandbox}/${MOUNT}`]), `C:/${MOUNT}`];
}

function fileIn(folder: string | undefined, name: string): string | undefined {
  return folder === undefined ? undefined : `${folder}/${name}`;
}

function read(tokenFile: string, caFile: string | undefined): Credentials {
  try {
    const token = bounded(tokenFile, MAX_TOKEN).toString('utf8').trim();
    if (!TOKEN.test(token)) return missing(`${tokenFile} holds no token`);
    return { kind: 'credentials', token, ca: caFile === undefined ? undefined : bounded(caFile, MAX_CA) };
  } catch (error) {
    return missing(error instanceof Error ? error.message : String(error));
  }
}

function bounded(path: string, most: number): Buffer {
  const { size } = statSync(path);
  if (size > most) throw new Error(`${path} is larger than ${most} bytes`);
  return readFileSync(path);
}

function missing(reason: string): { readonly kind: 'missing'; readonly reason: string } {
  return { kind: 'missing', reason };
}
