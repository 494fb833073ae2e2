import type { Attributes } from '@opentelemetry/api';
import { detectAzure, detectEc2, detectGcp } from './clouds.ts';
import type { DetectorName } from './config.ts';
import type { DetectionContext, Detector } from './detector.ts';
import { detectEnv } from './env.ts';
import { detectSystem } from './system.ts';

const BY_NAME: Readonly<Record<DetectorName, Detector>> = {
  env: detectEnv,
  system: detectSystem,
  ec2: detectEc2,
  azure: detectAzure,
  gcp: detectGcp,
};

/** What was found out about this machine, and which detectors could not say anything, with the reason. */
export interface Detected {
  readonly attributes: Attributes;
  readonly failed: ReadonlyMap<DetectorName, string>;
}

/** Asks the configured detectors, all at once. Never rejects: who does not answer is named. */
export async function detectResource(context: DetectionContext): Promise<Detected> {
  const names = [...new Set(context.config.detectors)];
  const answers = await Promise.allSettled(names.map((name) => BY_NAME[name](context)));
  const failed = new Map<DetectorName, string>();
  const attributes: Attributes = {};
  for (const [i, name] of names.entries()) {
    const answer = answers[i];
    // Of what two know, the first is believed.
    if (answer?.status === 'fulfilled') add(attributes, answer.value);
    else failed.set(name, reasonOf(answer?.reason));
  }
  return { attributes, failed };
}

function add(attributes: Attributes, more: Attributes): void {
  for (const [name, value] of Object.entries(more)) attributes[name] ??= value;
}

/** `fetch` says "fetch failed", and beneath it why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
