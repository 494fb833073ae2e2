import { SERVICES } from './taxonomy.ts';

/** Channels of these kinds cannot be subscribed to: Windows writes them only while somebody has switched them on. */
const NOT_SUBSCRIBED = /\/(?:Analytic|Analytical|Debug)$/;

/** The channels that services mean, each once; with `all` those of all services that can be subscribed to. */
export function channelsOfServices(services: 'all' | readonly string[]): readonly string[] {
  const names = services === 'all' ? Object.keys(SERVICES) : services;
  const channels = names.flatMap((name) => (Object.hasOwn(SERVICES, name) ? (SERVICES[name] ?? []) : []));
  return [...new Set(channels)].filter((name) => services !== 'all' || !NOT_SUBSCRIBED.test(name));
}
