import { Buffer } from 'node:buffer';
import type { SecureContext } from 'node:tls';
import type { Logger } from '../telemetry/logger.ts';
import type { TlsConfig } from './config.ts';
import { readMaterial, secureContext, type TlsMaterial } from './context.ts';

/** A connection, or a pool of them, and how many are using it. */
interface Lease<C> {
  readonly connection: C;
  users: number;
  isOld: boolean;
}

/** How connections are made. */
export interface RenewedOptions<C> {
  /** Undefined for plain text, which is never renewed. */
  readonly tls: TlsConfig | undefined;
  readonly make: (context: SecureContext | undefined) => C;
  readonly close: (connection: C) => void;
  readonly logger: Logger;
  /** Takes the certificates that are used from now on. */
  readonly onMaterial?: ((material: TlsMaterial) => void) | undefined;
  /** Milliseconds, from any beginning. */
  readonly now?: () => number;
}

/**
 * A connection that is made anew when its certificates on disk have changed. Files are read, not watched: mounted
 * secrets are replaced by links, which watching misses. What is in flight ends on the old connection.
 */
export class RenewedConnection<C> {
  readonly #options: RenewedOptions<C>;
  readonly #now: () => number;
  #material: TlsMaterial | undefined;
  #lease: Lease<C>;
  #looked: number;

  private constructor(options: RenewedOptions<C>, material: TlsMaterial | undefined, connection: C) {
    this.#options = options;
    this.#now = options.now ?? performance.now.bind(performance);
    this.#material = material;
    this.#lease = { connection, users: 0, isOld: false };
    this.#looked = this.#now();
  }

  /** Reads the files. Rejects with a sentence when they cannot be read or used. */
  static async open<C>(options: RenewedOptions<C>): Promise<RenewedConnection<C>> {
    const { tls, make } = options;
    if (tls === undefined) return new RenewedConnection(options, undefined, make(undefined));
    const material = await readMaterial(tls);
    const connection = make(secureContext(tls, material));
    options.onMaterial?.(material);
    return new RenewedConnection(options, material, connection);
  }

  /** Does something with the connection, which stays open meanwhile. */
  async use<R>(work: (connection: C) => Promise<R>): Promise<R> {
    await this.#renew();
    const lease = this.#lease;
    lease.users++;
    try {
      return await work(lease.connection);
    } finally {
      lease.users--;
      if (lease.isOld && lease.users === 0) this.#options.close(lease.connection);
    }
  }

  /** Closes the connection; what is in flight fails. */
  close(): void {
    this.#options.close(this.#lease.connection);
  }

  /** One looks while the others go on with what there is. */
  async #renew(): Promise<void> {
    const { tls, make, logger } = this.#options;
    if (tls === undefined || tls.reload_interval === 0) return;
    const now = this.#now();
    if (now - this.#looked < tls.reload_interval) return;
    this.#looked = now;
    try {
      const material = await readMaterial(tls);
      if (this.#material !== undefined && isSame(material, this.#material)) return;
      const connection = make(secureContext(tls, material));
      this.#material = material;
      this.#options.onMaterial?.(material);
      this.#retire();
      this.#lease = { connection, users: 0, isOld: false };
      logger.info('the certificates have changed: connecting anew');
    } catch (error) {
      // A certificate and its key are two files: between two writes they do not fit.
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn('changed certificates cannot be used, those before stay in use', { reason });
    }
  }

  #retire(): void {
    const old = this.#lease;
    old.isOld = true;
    if (old.users === 0) this.#options.close(old.connection);
  }
}

function isSame(a: TlsMaterial, b: TlsMaterial): boolean {
  return (['ca', 'cert', 'key'] as const).every((part) => {
    const [one, other] = [a[part], b[part]];
    return (
      one === other ||
      (one !== undefined && other !== undefined && Buffer.from(one).equals(Buffer.from(other)))
    );
  });
}
