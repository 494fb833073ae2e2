import { addressBytes, addressNumber, portNumber } from './addresses.ts';
import { eventTable } from './event_tables.ts';
import type { WriteValue } from './payload_writer.ts';
import type { Emitter } from './recorder.ts';
import type { Actor } from './world.ts';

/** Data that arrives is seen by whatever runs on the processor: mostly nothing, the idle process. */
function interrupted(from: Emitter): Emitter {
  return { pid: 0, tid: 0, cpu: from.cpu };
}

/** The two ends of a TCP connection as Kernel-Network names them: `d` is the remote end, `s` the local one. */
export class Connection {
  readonly #actor: Actor;
  readonly #remote: string;
  readonly #remotePort: number;
  readonly #local: string;
  readonly #localPort: number;

  constructor(actor: Actor, remote: string, remotePort: number, localPort: number) {
    this.#actor = actor;
    this.#remote = remote;
    this.#remotePort = remotePort;
    this.#local = localAddress(actor, remote);
    this.#localPort = localPort;
  }

  /** Connect (12, 28): written when the handshake is done. */
  opens(accepted: boolean): this {
    this.#write(accepted ? 15 : 12, this.#actor.emitter(), {
      size: 0,
      mss: 1460,
      sackopt: 1,
      tsopt: 0,
      wsopt: 8,
      rcvwin: 65_535,
      rcvwinscale: 8,
      sndwinscale: 7,
    });
    return this;
  }

  sends(size: number): this {
    const time = Number(this.#actor.world.recorder.now & 0xffff_ffffn);
    this.#write(10, this.#actor.emitter(), { size, startime: time, endtime: time });
    return this;
  }

  receives(size: number): this {
    this.#write(11, interrupted(this.#actor.emitter()), { size });
    return this;
  }

  closes(): this {
    this.#write(13, this.#actor.emitter(), { size: 0 });
    return this;
  }

  #write(id: number, from: Emitter, more: Readonly<Record<string, WriteValue>>): void {
    const v6 = this.#remote.includes(':');
    const address = v6 ? addressBytes : addressNumber;
    this.#actor.world.recorder.manifest(eventTable('network', v6 ? id + 16 : id, 0), from, {
      PID: this.#actor.pid,
      daddr: address(this.#remote),
      saddr: address(this.#local),
      dport: portNumber(this.#remotePort),
      sport: portNumber(this.#localPort),
      seqnum: 0,
      connid: 0,
      ...more,
    });
  }
}

/** The address the actor has towards a remote one; over IPv6 all share a documentation address. */
export function localAddress(actor: Actor, remote: string): string {
  return remote.includes(':') ? '2001:db8::10' : actor.address;
}

/** One end of a datagram's way. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** A UDP datagram (42 and 43, v6 58 and 59): here `s` sent it and `d` gets it, whichever is local. */
export function datagram(
  actor: Actor,
  direction: 'sent' | 'received',
  from: Endpoint,
  to: Endpoint,
  size: number,
): void {
  const v6 = to.address.includes(':');
  const address = v6 ? addressBytes : addressNumber;
  const emitter = actor.emitter();
  const id = (direction === 'sent' ? 42 : 43) + (v6 ? 16 : 0);
  actor.world.recorder.manifest(
    eventTable('network', id, 0),
    direction === 'sent' ? emitter : interrupted(emitter),
    {
      PID: actor.pid,
      size,
      daddr: address(to.address),
      saddr: address(from.address),
      dport: portNumber(to.port),
      sport: portNumber(from.port),
      seqnum: 0,
      connid: 0,
    },
  );
}

/** How a name is resolved. */
export interface DnsAnswer {
  /** A 1, AAAA 28, CNAME 5, TXT 16 and so on. Default 1. */
  readonly type?: number;
  /** Addresses and names in the order they came. */
  readonly answers?: readonly string[];
  /** Win32 status; 9003 is DNS_ERROR_RCODE_NAME_ERROR. Default 0. */
  readonly status?: number;
  /** The DNS client service (in a container its own), which writes the network response. Default: the asker. */
  readonly service?: Actor;
}

/** DNS-Client 3006 (query), 3020 (response from the network), 3008 (query completed). */
export function resolveName(actor: Actor, name: string, answer: DnsAnswer = {}): void {
  const { recorder, build } = actor.world;
  const type = answer.type ?? 1;
  const status = answer.status ?? 0;
  const results = (answer.answers ?? []).map(resultText).join('');
  const service = answer.service ?? actor;
  recorder.manifest(eventTable('dns', 3006, 0), actor.emitter(), {
    QueryName: name,
    QueryType: type,
    QueryOptions: QUERY_OPTIONS,
    ServerList: '',
    IsNetworkQuery: 0,
    NetworkQueryIndex: 0,
    InterfaceIndex: 0,
    IsAsyncQuery: 0,
  });
  recorder.advance(BigInt(recorder.random.integer(8_000, 90_000)));
  recorder.manifest(eventTable('dns', 3020, build.dnsResponse), service.emitter(), {
    QueryName: name,
    QueryType: type,
    NetworkIndex: 0,
    InterfaceIndex: 14,
    Status: status,
    QueryResults: results,
    ClientPID: actor.pid,
    QueryBlob: 0,
  });
  recorder.manifest(eventTable('dns', 3008, 0), actor.emitter(), {
    QueryName: name,
    QueryType: type,
    QueryOptions: QUERY_OPTIONS,
    QueryStatus: status,
    QueryResults: results,
  });
}

/** What getaddrinfo asks with (DNS_QUERY_* and internal bits). */
const QUERY_OPTIONS = 0x4002_6010;

/** IPv4 answers come mapped into IPv6, others by record type: `::ffff:192.0.2.1;`, `type:  5 alias.example;`. */
function resultText(answer: string): string {
  if (/^[\d.]+$/.test(answer)) return `::ffff:${answer};`;
  return answer.includes(':') ? `${answer};` : `type:  5 ${answer};`;
}
