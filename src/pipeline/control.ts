import type { Reload } from '../status/configuration_view.ts';

/**
 * What can be asked of a running service from outside: by signals, by the `control` extension, by what Windows asks of a
 * service.
 */
export interface ServiceControl {
  /**
   * Reads the configuration again. What is wrong with it changes nothing; else components that are configured otherwise
   * are replaced while the others go on. Resolves when that is done.
   */
  reload(): Promise<Reload>;
  /**
   * Begins an orderly stop, within `service::drain_timeout` or, if that is shorter, `within` milliseconds. The first time
   * counts.
   */
  drain(within?: number): void;
}
