import { z } from 'zod';
import { duration } from '../config/units.ts';

/** `tls` of a server, named as the Collector's configtls; it follows changes of its files. */
export const serverTlsConfig = z.strictObject({
  cert_file: z.string().min(1).describe('The server’s certificate (PEM).'),
  key_file: z.string().min(1).describe('The key (PEM) of that certificate.'),
  client_ca_file: z
    .string()
    .min(1)
    .optional()
    .describe('CA certificates (PEM): only clients with a certificate of one of them may connect.'),
  min_version: z.enum(['1.2', '1.3']).default('1.2').describe('The oldest version of TLS that is accepted.'),
  reload_interval: duration()
    .prefault('1m')
    .describe('Read the files again this often, for connections from then on; 0s for never.'),
});

/** The parsed options. */
export type ServerTlsConfig = z.infer<typeof serverTlsConfig>;
