import { z } from 'zod';
import { duration } from '../config/units.ts';

/** What can tell of the machine, named as in the Collector's resourcedetection processor. */
export const DETECTORS = ['env', 'system', 'ec2', 'azure', 'gcp'] as const;
export type DetectorName = (typeof DETECTORS)[number];

/** Options of `service::telemetry::resource_detection`. */
export const resourceDetectionSchema = z.strictObject({
  detectors: z
    .array(z.enum(DETECTORS))
    .max(DETECTORS.length)
    .default(['env', 'system'])
    .describe('Who is asked about this machine when Sigel starts; of what two know, the first is believed.'),
  timeout: duration({ atLeast: '10ms' })
    .prefault('2s')
    .describe("How long a cloud's metadata service may take to answer."),
  host_ip: z
    .boolean()
    .default(false)
    .describe('Whether `system` tells the addresses of this machine (`host.ip`).'),
  metadata_endpoint: z
    .url({ protocol: /^http$/ })
    .default('http://169.254.169.254')
    .describe('Where the metadata services of `ec2`, `azure` and `gcp` answer.'),
});

/** `service::telemetry::resource_detection`. */
export type ResourceDetectionConfig = z.infer<typeof resourceDetectionSchema>;
