import { parseDuration } from '../../config/units.ts';
import { isId } from '../../containerd/bounds.ts';
import { type Endpoint, parseEndpoint, usualEndpoints } from '../../containerd/endpoint.ts';

/** Which containerd, and how long. */
export interface ContainersOptions {
  /** Tried in turn. */
  readonly endpoints: readonly Endpoint[];
  /** Names, or `*` for all. */
  readonly namespaces: readonly string[];
  /** Milliseconds; undefined: until interrupted. */
  readonly duration: number | undefined;
}

/** The options of a command line, or what is wrong with them. */
export function containersOptions(values: {
  readonly endpoint?: string | undefined;
  readonly namespace: readonly string[];
  readonly duration?: string | undefined;
}): ContainersOptions | string {
  const { endpoint, namespace: namespaces, duration } = values;
  const wrong = namespaces.find((name) => name !== '*' && !isId(name));
  if (wrong !== undefined) return `--namespace takes the name of a namespace, or '*', not '${wrong}'`;
  const milliseconds = duration === undefined ? undefined : parseDuration(duration);
  if (duration !== undefined && !(milliseconds !== undefined && milliseconds > 0))
    return `--duration takes a time such as 30s or 1h30m, not '${duration}'`;
  if (endpoint === undefined) return { endpoints: usualEndpoints(), namespaces, duration: milliseconds };
  const parsed = parseEndpoint(endpoint);
  return parsed.kind === 'wrong'
    ? `--endpoint: ${parsed.reason}`
    : { endpoints: [parsed.endpoint], namespaces, duration: milliseconds };
}
