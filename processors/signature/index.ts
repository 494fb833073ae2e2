import { defineProcessor } from '../../src/component.ts';
import { signatureConfig } from './config.ts';
import { SignatureProcessor } from './signature.ts';

/** Finds what rules describe. */
export const signatureProcessor = defineProcessor({
  type: 'signature',
  description: 'Matches records against Sigma rules and correlations, and adds a record for each detection.',
  config: signatureConfig,
  createLogs: (context, config, next) => new SignatureProcessor(context, config, next),
});
