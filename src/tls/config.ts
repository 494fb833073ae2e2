import { z } from 'zod';
import { duration, secret } from '../config/units.ts';

// The keys of TLS that all clients share, named as the Collector's configtls.

const tlsKeys = {
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
  min_version: z.enum(['1.2', '1.3']).default('1.2').describe('The oldest version of TLS that is accepted.'),
};

const PARTS = ['ca', 'cert', 'key'] as const;

type Given = Readonly<Partial<Record<`${(typeof PARTS)[number]}_${'file' | 'pem'}`, string | undefined>>>;

function check(tls: Given, context: z.RefinementCtx): void {
  const issue = (message: string, key: string) => context.addIssue({ code: 'custom', message, path: [key] });
  for (const part of PARTS) {
    const [file, pem] = [`${part}_file`, `${part}_pem`] as const;
    if (tls[file] !== undefined && tls[pem] !== undefined) issue(`give either ${file} or ${pem}`, pem);
  }
  if (((tls.cert_file ?? tls.cert_pem) === undefined) !== ((tls.key_file ?? tls.key_pem) === undefined))
    issue('a client certificate and its key go together', 'cert_file');
}

/** `tls` of a client that reads its files once. */
export const tlsReadOnce = z.strictObject(tlsKeys).superRefine(check);

/** `tls` of a client that follows changes of its files. */
export const tlsConfig = z
  .strictObject({
    ...tlsKeys,
    reload_interval: duration()
      .prefault('1m')
      .describe(
        'Look this often whether the files have changed, and connect anew with what they hold; 0s for never (the Collector’s default).',
      ),
  })
  .superRefine(check);

/** The parsed {@link tlsReadOnce}. */
export type TlsFiles = z.infer<typeof tlsReadOnce>;

/** The parsed {@link tlsConfig}. */
export type TlsConfig = z.infer<typeof tlsConfig>;
