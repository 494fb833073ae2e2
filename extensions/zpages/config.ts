import { z } from 'zod';
import { listenAddress } from '../../src/http/listen_address.ts';

/** Options of the `zpages` extension, named as the Collector's. */
export const zpagesConfig = z.strictObject({
  endpoint: listenAddress()
    .prefault('127.0.0.1:13135')
    .describe('The address to listen at. Whoever reaches it may read: leave it on loopback.'),
  allowed_hosts: z
    .array(z.string().regex(/^[\w.-]{1,253}$/, 'expected a name without a port'))
    .max(16)
    .default([])
    .describe('Names, beside `localhost` and addresses, by which browsers may ask for the page.'),
});
