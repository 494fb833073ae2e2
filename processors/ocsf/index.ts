import { defineProcessor } from '../../src/component.ts';
import { ocsfConfig } from './config.ts';
import { ocsfFindings } from './ocsf.ts';

/** Makes detections Detection Findings of OCSF. */
export const ocsfProcessor = defineProcessor({
  type: 'ocsf',
  description:
    'Makes the bodies of detections Detection Findings of the Open Cybersecurity Schema Framework.',
  config: ocsfConfig,
  createLogs: ({ account }, config, next) => ocsfFindings(account, config, next),
});
