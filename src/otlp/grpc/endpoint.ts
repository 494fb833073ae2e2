/** Where a gRPC client connects to. */
export interface Endpoint {
  /** What grpc-js takes: `host:port`, or a URI that it resolves. */
  readonly target: string;
  /** What the prefix says about TLS, if anything. */
  readonly scheme: 'http' | 'https' | undefined;
}

const PREFIX = /^(https?):\/\//;
/** Name resolvers of grpc-js, with as many slashes as one writes them. */
const RESOLVER = /^(?:dns|ipv4|ipv6):(?:\/\/[^/]*\/)?/;
const HOST_PORT = /^(?:[^\s:/[\]]+|\[[0-9a-fA-F:.%]+\]):(\d{1,5})$/;

/**
 * Reads an endpoint as the Collector writes them: `host:port`, `http://host:port`, `https://host:port`,
 * `dns:///host:port` or `unix:///path`. The reason as a string when it is none.
 */
export function parseEndpoint(text: string): Endpoint | string {
  if (text.startsWith('unix:'))
    return /^unix:(\/\/)?[^/]*\/?./.test(text)
      ? { target: text, scheme: undefined }
      : 'expected unix:///path';
  const scheme = PREFIX.exec(text)?.[1] as Endpoint['scheme'];
  const target = scheme === undefined ? text : text.slice(scheme.length + 3).replace(/\/$/, '');
  if (/\/v1\/(logs|traces)$/.test(target))
    return 'expected host:port; for OTLP over HTTP use the exporter otlp_http';
  const port = HOST_PORT.exec(target.replace(RESOLVER, ''))?.[1];
  if (port === undefined) return 'expected host:port, such as "gateway:4317"';
  if (Number(port) < 1 || Number(port) > 65_535) return `${port} is no port`;
  return { target, scheme };
}
