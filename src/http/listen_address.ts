import { z } from 'zod';

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const ADDRESS = /^(?:\[([\da-fA-F:.]{2,45})\]|([\w.-]{1,253})):(\d{1,5})$/;
const HINT = 'expected an address and a port, such as "127.0.0.1:8080" or "[::1]:8080"';

/** `host:port` as one writes it in YAML; port 0 takes a free one. */
export function listenAddress() {
  return z
    .string({ error: HINT })
    .regex(ADDRESS, { error: HINT, abort: true })
    .refine((text) => parse(text).port <= 65_535, { error: 'expected a port of at most 65535' })
    .transform(parse);
}

function parse(text: string): ListenAddress {
  const [, ipv6, name, port] = ADDRESS.exec(text) ?? [];
  return { host: ipv6 ?? name ?? '', port: Number(port) };
}
