import { z } from 'zod';
import { duration } from '../../config/units.ts';
import { headerValue } from '../../http/header_value.ts';
import { tlsReadOnce } from '../../tls/config.ts';
import { parseEndpoint } from './endpoint.ts';

// The keys of a gRPC client, named and defaulted as the Collector's configgrpc.

/** Metadata keys of HTTP/2; binary ones (`-bin`) are not offered. */
const HEADER_NAME = /^(?!.*-bin$)[0-9a-zA-Z_.-]+$/;

/** The keys of a gRPC client, to be spread into an exporter's schema. */
export const grpcClientKeys = {
  endpoint: z
    .string({ error: 'expected host:port, such as "gateway:4317"' })
    .superRefine((text, context) => {
      const endpoint = parseEndpoint(text);
      if (typeof endpoint === 'string') context.addIssue({ code: 'custom', message: endpoint });
    })
    .describe('The peer: host:port, https://host:port, dns:///host:port or unix:///path.'),
  compression: z.enum(['gzip', 'none']).default('gzip').describe('Compression of requests.'),
  tls: tlsReadOnce.prefault({}).describe('TLS, which is on unless `insecure`.'),
  headers: z
    .record(
      z
        .string()
        .regex(HEADER_NAME, { error: 'expected a header name (letters, digits, "-", "_", "."; not "-bin")' }),
      headerValue(),
    )
    .default({})
    .describe('Sent with every request, such as an authorization.'),
  keepalive: z
    .strictObject({
      time: duration({ atLeast: '1s' }).prefault('10s').describe('Ping a silent connection after this.'),
      timeout: duration({ atLeast: '1ms' })
        .prefault('10s')
        .describe('Close it when the ping is not answered.'),
      permit_without_stream: z.boolean().default(false).describe('Ping also while nothing is sent.'),
    })
    .optional()
    .describe('HTTP/2 pings; none unless given.'),
  balancer_name: z
    .enum(['round_robin', 'pick_first'])
    .default('round_robin')
    .describe('How requests are spread over the addresses of the endpoint’s name.'),
  authority: z.string().min(1).optional().describe('The :authority header, where it is not the endpoint.'),
  user_agent: z.string().min(1).optional().describe('Put before our own user agent.'),
  wait_for_ready: z
    .boolean()
    .default(false)
    .describe('Let requests wait for a connection (up to `timeout`) instead of failing at once.'),
} as const;

const grpcClientConfig = z.strictObject(grpcClientKeys);

/** The parsed {@link grpcClientKeys}. */
export type GrpcClientConfig = z.infer<typeof grpcClientConfig>;
