/** Where containerd listens: for people, and as grpc-js wants it. */
export interface Endpoint {
  readonly shown: string;
  readonly target: string;
}

/** What an endpoint is, or in a sentence why it is none. */
export type ParsedEndpoint =
  | { readonly kind: 'endpoint'; readonly endpoint: Endpoint }
  | { readonly kind: 'wrong'; readonly reason: string };

/** Longest path of an endpoint: that of a pipe on Windows. */
const MAX_PATH = 256;
const FORMS = 'expected "unix:///run/x.sock", "npipe:////./pipe/x", "//./pipe/x" or "\\\\.\\pipe\\x"';
const UNIX = /^unix:(?:\/\/)?(\/[^/].*)$/;
const PIPE = /^(?:npipe:(?:\/\/)?)?(?:\/\/|\\\\|\/)?\.[\\/]pipe[\\/]([^\\/:*?"<>|]+)$/;

/**
 * Reads the forms that users of containerd and kubelet write. grpc-js knows neither `npipe:` nor a pipe behind
 * `unix://`, where it would take the dot for an authority; `unix:` and the plain path it hands to the system.
 */
export function parseEndpoint(text: string): ParsedEndpoint {
  if (text.length > MAX_PATH) return { kind: 'wrong', reason: `longer than ${MAX_PATH} characters` };
  const path = UNIX.exec(text)?.[1];
  if (path !== undefined) return found(`unix://${path}`, `unix:${path}`);
  const pipe = PIPE.exec(text)?.[1];
  if (pipe !== undefined) return found(`\\\\.\\pipe\\${pipe}`, `unix:\\\\.\\pipe\\${pipe}`);
  return { kind: 'wrong', reason: FORMS };
}

function found(shown: string, target: string): ParsedEndpoint {
  return { kind: 'endpoint', endpoint: { shown, target } };
}

const WINDOWS = ['\\\\.\\pipe\\containerd-containerd', '\\\\.\\pipe\\docker-containerd'];
const OTHERS = [
  'unix:///run/containerd/containerd.sock',
  'unix:///run/k3s/containerd/containerd.sock',
  'unix:///run/docker/containerd/containerd.sock',
];

/** Where containerd is looked for when no endpoint is configured, the likeliest first. */
export function usualEndpoints(platform: NodeJS.Platform = process.platform): readonly Endpoint[] {
  return (platform === 'win32' ? WINDOWS : OTHERS).flatMap((text) => {
    const parsed = parseEndpoint(text);
    return parsed.kind === 'endpoint' ? [parsed.endpoint] : [];
  });
}
