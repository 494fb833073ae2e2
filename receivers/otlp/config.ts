import { z } from 'zod';
import { byteSize } from '../../src/config/units.ts';
import { listenAddress } from '../../src/http/listen_address.ts';
import { serverTlsConfig } from '../../src/tls/server_config.ts';

const grpc = z.strictObject({
  endpoint: listenAddress()
    .prefault('127.0.0.1:4317')
    .describe(
      'The address to listen at. Without `tls` and `client_ca_file` anybody who reaches it may send.',
    ),
  tls: serverTlsConfig.optional().describe('TLS; without it, everything is in the clear.'),
  max_recv_msg_size_mib: z
    .number()
    .positive()
    .max(64)
    .default(4)
    .describe('MiB in a message at most; longer ones are refused (RESOURCE_EXHAUSTED).'),
  max_concurrent_streams: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Requests of one connection that may be open at a time.'),
  max_connections: z.int().min(1).max(65_536).default(1024).describe('Connections at a time.'),
});

/** Options of the `otlp` receiver, named as the Collector's. */
export const otlpConfig = z.strictObject({
  protocols: z
    .strictObject({ grpc: grpc.prefault({}).describe('OTLP over gRPC.') })
    .prefault({})
    .describe('How to receive.'),
  max_in_flight: byteSize()
    .prefault('32MiB')
    .describe(
      'Bytes of requests that may wait for the pipelines; what comes then is to come again (UNAVAILABLE).',
    ),
});
