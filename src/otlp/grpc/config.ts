import { z } from 'zod';
import { duration, secret } from '../../config/units.ts';
import { parseEndpoint } from './endpoint.ts';

// The keys of a gRPC client, named and defaulted as the Collector's configgrpc and configtls.

/** Metadata keys of HTTP/2; binary ones (`-bin`) are not offered. */
const HEADER_NAME = /^(?!.*-bin$)[0-9a-zA-Z_.-]+$/;
const HEADER_VALUE = /^[\x20-\x7e]*$/;

const tls = z
  .strictObject({
    insecure: z
      .boolean()
      .default(false)
      .describe('Plain text: no TLS. Ignored where the endpoint says https://.'),
    insecure_skip_verify: z
      .boolean()
      .default(false)
      .describe('TLS without checking the certificate of the peer.'),
    ca_file: z
      .string()
      .min(1)
      .optional()
      .describe('CA certificates (PEM) to check the peer with, instead of the built-in ones.'),
    cert_file: z.string().min(1).optional().describe('The client’s certificate (PEM), for mutual TLS.'),
    key_file: z.string().min(1).optional().describe('The key (PEM) of the client’s certificate.'),
    ca_pem: z.string().min(1).optional().describe('As `ca_file`, given here.'),
    cert_pem: z.string().min(1).optional().describe('As `cert_file`, given here.'),
    key_pem: secret().min(1).optional().describe('As `key_file`, given here.'),
    server_name_override: z
      .string()
      .min(1)
      .optional()
      .describe('The name that the peer’s certificate must hold.'),
    min_version: z
      .enum(['1.2', '1.3'])
      .default('1.2')
      .describe('The oldest version of TLS that is accepted.'),
  })
  .refine((t) => t.ca_file === undefined || t.ca_pem === undefined, {
    error: 'give either ca_file or ca_pem',
    path: ['ca_pem'],
  })
  .refine((t) => t.cert_file === undefined || t.cert_pem === undefined, {
    error: 'give either cert_file or cert_pem',
    path: ['cert_pem'],
  })
  .refine((t) => t.key_file === undefined || t.key_pem === undefined, {
    error: 'give either key_file or key_pem',
    path: ['key_pem'],
  })
  .refine((t) => ((t.cert_file ?? t.cert_pem) === undefined) === ((t.key_file ?? t.key_pem) === undefined), {
    error: 'a client certificate and its key go together',
    path: ['cert_file'],
  });

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
  tls: tls.prefault({}).describe('TLS, which is on unless `insecure`.'),
  headers: z
    .record(
      z
        .string()
        .regex(HEADER_NAME, { error: 'expected a header name (letters, digits, "-", "_", "."; not "-bin")' }),
      secret().regex(HEADER_VALUE, { error: 'expected printable ASCII' }),
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
