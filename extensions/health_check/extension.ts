import type { ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { Component, ExtensionContext } from '../../src/component.ts';
import { PatientServer } from '../../src/http/patient_server.ts';
import type { healthCheckConfig } from './config.ts';
import { healthOf, type Probe } from './health.ts';

type Config = z.infer<typeof healthCheckConfig>;

/** A probe needs one; more are for people who look. */
const MAX_CONNECTIONS = 16;

/** Answers probes; see README.md. It starts before all pipelines and ends behind them, so it sees both. */
export class HealthCheck implements Component {
  readonly #context: ExtensionContext;
  readonly #config: Config;
  readonly #server: PatientServer;

  constructor(context: ExtensionContext, config: Config) {
    this.#context = context;
    this.#config = config;
    const { endpoint, path: ready, liveness_path: live } = config;
    this.#server = new PatientServer(context, {
      ...endpoint,
      what: 'health',
      maxConnections: MAX_CONNECTIONS,
      handle: (path, _request, response) => {
        if (path === ready) this.#answer('ready', response);
        else if (path === live) this.#answer('live', response);
        else response.writeHead(404).end();
      },
    });
  }

  /** Where it listens, while it does. */
  get url(): string | undefined {
    return this.#server.url;
  }

  async start(): Promise<void> {
    await this.#server.open();
  }

  async shutdown(): Promise<void> {
    this.#server.close();
  }

  #answer(probe: Probe, response: ServerResponse): void {
    const { component_health: counts, response_body: texts } = this.#config;
    const health = healthOf(this.#context.service, probe, counts.include_recoverable_errors);
    const text = health.healthy ? texts?.healthy : texts?.unhealthy;
    response
      .writeHead(health.healthy ? 200 : 503, {
        'content-type': text === undefined ? 'application/json' : 'text/plain; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
      .end(text ?? `${JSON.stringify(health)}\n`);
  }
}
