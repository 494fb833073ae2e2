import { Source } from '../config/source.ts';
import type { CodeRule } from '../sigma/rule/documents.ts';
import type { Description } from './description.ts';

/** Where Sigel's own signatures stand. */
export const BUILTIN_SIGNATURES = 'built-in signature';

/** A signature as detections know rules: by its metadata. `file` is where it stands. */
export function codeRule(description: Description, file: string): CodeRule {
  const { id, version, name, level, author, tags, references, falsePositives } = description;
  return {
    kind: 'code',
    metadata: {
      title: name,
      id,
      name: undefined,
      level,
      status: undefined,
      description: description.description,
      author,
      license: undefined,
      version,
      date: undefined,
      modified: undefined,
      references,
      tags,
      falsePositives,
      fields: [],
      related: [],
      range: { source: new Source(file, ''), start: 0, end: 0 },
    },
  };
}
