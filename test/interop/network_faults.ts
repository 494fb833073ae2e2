import type { Collector } from './peers/collector.ts';
import type { FaultProxy } from './peers/fault_proxy.ts';

/** What faults are done to. */
export interface Network {
  readonly collector: Collector;
  readonly proxy: FaultProxy;
  /** Bytes a second that the network has when nothing is wrong. */
  readonly rate: number;
  /** Waits some time between two, in ms. */
  readonly pause: (least: number, most: number) => Promise<unknown>;
}

/** Faults of the network and of the Collector behind it, by name; each is over when it resolves. */
export const NETWORK_FAULTS: Readonly<Record<string, (network: Network) => Promise<void>>> = {
  'the Collector is killed': async ({ collector, pause }) => {
    await collector.kill();
    await pause(0, 2000);
    await collector.start();
  },
  'the Collector stops in order': async ({ collector, pause }) => {
    await collector.stop();
    await pause(0, 2000);
    await collector.start();
  },
  'a black hole': async ({ proxy, pause }) => {
    proxy.set('hold');
    await pause(500, 4000);
    proxy.set('pass');
  },
  'connections are refused': async ({ proxy, pause }) => {
    proxy.set('refuse');
    proxy.cut();
    await pause(500, 2000);
    proxy.set('pass');
  },
  'connections are cut': async ({ proxy }) => proxy.cut(),
  'the network is slow': async ({ proxy, rate, pause }) => {
    proxy.limit(Math.min(rate, 1e6) / 10);
    await pause(1000, 3000);
    proxy.limit(rate);
  },
};
