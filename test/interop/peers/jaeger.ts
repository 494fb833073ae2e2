import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../shared_data.ts';
import { freePort } from './ports.ts';
import { capture, stop, until } from './process.ts';

const tag = z.object({ key: z.string(), value: z.unknown() });
const jaegerSpan = z.object({
  traceID: z.string(),
  spanID: z.string(),
  operationName: z.string(),
  references: z.array(z.object({ refType: z.string(), traceID: z.string(), spanID: z.string() })),
  /** Microseconds since 1970. */
  startTime: z.number(),
  /** Microseconds. */
  duration: z.number(),
  tags: z.array(tag),
  processID: z.string(),
  warnings: z.array(z.string()).nullish(),
});
const jaegerTrace = z.object({
  traceID: z.string(),
  spans: z.array(jaegerSpan),
  processes: z.record(z.string(), z.object({ serviceName: z.string(), tags: z.array(tag) })),
  warnings: z.array(z.string()).nullish(),
});

/** A span as Jaeger's UI is given it. */
export type JaegerSpan = z.infer<typeof jaegerSpan>;
/** A trace as Jaeger's UI is given it. */
export type JaegerTrace = z.infer<typeof jaegerTrace>;

/** A running Jaeger with docker/jaeger/config.yaml. */
export interface Jaeger {
  /** `127.0.0.1:PORT`, for OTLP over gRPC. */
  readonly endpoint: string;
  services(): Promise<readonly string[]>;
  /** Traces with a span of a service that has all of these tags. */
  find(service: string, tags?: Readonly<Record<string, string>>): Promise<readonly JaegerTrace[]>;
  dispose(): Promise<void>;
}

/** Starts Jaeger on free ports of loopback. Rejects with its log when it does not come up. */
export async function startJaeger(path: string): Promise<Jaeger> {
  const [otlp, http, grpc] = [await freePort(), await freePort(), await freePort()];
  const endpoint = `127.0.0.1:${otlp}`;
  const child = spawn(path, ['--config', join(ROOT, 'docker', 'jaeger', 'config.yaml')], {
    env: {
      ...process.env,
      JAEGER_OTLP_ENDPOINT: endpoint,
      JAEGER_QUERY_ENDPOINT: `127.0.0.1:${http}`,
      JAEGER_QUERY_GRPC_ENDPOINT: `127.0.0.1:${grpc}`,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log = capture(child.stderr);
  const ask = async <T>(query: string, data: z.ZodType<T>): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${http}/api/${query}`);
    return z.object({ data }).parse(await response.json()).data;
  };
  const services = async () => (await ask('services', z.array(z.string()).nullable())) ?? [];
  try {
    await until('Jaeger is ready', () => {
      if (child.exitCode !== null) throw new Error(`Jaeger ended with ${child.exitCode}`);
      return services().then(
        () => true,
        () => false,
      );
    });
  } catch (error) {
    await stop(child);
    throw new Error(`${String(error)}\n${log()}`, { cause: error });
  }
  return {
    endpoint,
    services,
    find: (service, tags = {}) => {
      // Recorded traces are of any time.
      const all = { start: '0', end: String(Date.now() * 1000), limit: '1000', lookback: 'custom' };
      const query = new URLSearchParams({ service, tags: JSON.stringify(tags), ...all });
      return ask(`traces?${query.toString()}`, z.array(jaegerTrace).nullable()).then((found) => found ?? []);
    },
    // It waits 10 s for whoever asked to hang up, and has nothing to keep.
    dispose: () => stop(child, 0),
  };
}
