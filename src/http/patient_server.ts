import type { ComponentContext } from '../component.ts';
import { type BoundedServer, type BoundedServerOptions, openServer } from './bounded_server.ts';

/** Between two attempts to have an address, in milliseconds. */
const RETRY_MS = 10_000;

/** What a server is for. */
export interface PatientServerOptions extends BoundedServerOptions {
  /** What the log says is served. */
  readonly what: string;
  readonly retryMs?: number;
}

/**
 * A server of a component that goes on without it: anybody on a node may sit on a port of loopback before the agent
 * starts, and that must not keep it from its work. Without the address it is not well, says so, and tries again.
 */
export class PatientServer {
  readonly #context: ComponentContext;
  readonly #options: PatientServerOptions;
  #server: BoundedServer | undefined;
  #trouble: string | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(context: ComponentContext, options: PatientServerOptions) {
    this.#context = context;
    this.#options = options;
    context.account.status.watch(() => this.#trouble);
  }

  /** Where it listens, while it does. */
  get url(): string | undefined {
    return this.#server?.url;
  }

  /** Resolves after the first attempt; never rejects. */
  async open(): Promise<void> {
    const { what, retryMs = RETRY_MS } = this.#options;
    const { logger } = this.#context;
    try {
      const server = await openServer(this.#options);
      if (this.#isClosed) return server.close();
      this.#server = server;
      this.#trouble = undefined;
      logger.info(`${what} is served`, { url: `${server.url}/` });
    } catch (error) {
      const reason = `${what} is not served: ${error instanceof Error ? error.message : String(error)}`;
      if (this.#trouble === undefined) logger.error(`${reason}; it is tried again`);
      this.#trouble = reason;
      if (!this.#isClosed) this.#retry = setTimeout(() => void this.open(), retryMs).unref();
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#server?.close();
  }
}
