import { defineExtension } from '../../src/component.ts';
import { bearerTokenConfig } from './config.ts';
import { BearerTokenExtension } from './extension.ts';

/** Tells exporters' peers who we are. */
export const bearerTokenExtension = defineExtension({
  type: 'bearertokenauth',
  description: 'Gives exporters a bearer token, from a file that may change.',
  config: bearerTokenConfig,
  create: (context, config) => new BearerTokenExtension(context, config),
});
