import { LEVELS, type Level, type Metadata, type Status } from './rule/metadata.ts';

/** Which rules are wanted; what is not given leaves none out. */
export interface Selection {
  readonly levels?: readonly Level[] | undefined;
  readonly minLevel?: Level | undefined;
  readonly status?: readonly Status[] | undefined;
  /** By file: what its rules have to meet beside. */
  readonly files?: ReadonlyMap<string, Selection> | undefined;
}

/** A rule's level; where its author gives none, medium. */
export function levelOf({ level }: Metadata): Level {
  return level ?? 'medium';
}

/** Whether a rule is wanted. One without a status is taken for experimental, as the specification's tools do. */
export function isWanted(metadata: Metadata, { levels, minLevel, status, files }: Selection): boolean {
  const level = levelOf(metadata);
  if (levels !== undefined && !levels.includes(level)) return false;
  if (minLevel !== undefined && LEVELS.indexOf(level) < LEVELS.indexOf(minLevel)) return false;
  if (status !== undefined && !status.includes(metadata.status ?? 'experimental')) return false;
  const own = files?.get(metadata.range.source.name);
  return own === undefined || isWanted(metadata, own);
}
