import { z } from 'zod';
import { headerSchema, JOURNAL_VERSION, lineSchema } from '../src/containerd/journal/schema.ts';

/** The JSON Schema of a line of a journal of containers, for docs/containers-journal.schema.json. */
export function journalSchema(): object {
  const line = z.union([headerSchema, lineSchema]);
  const { $schema, ...schema } = z.toJSONSchema(line, { io: 'input', unrepresentable: 'any' });
  return {
    $schema,
    title: `A line of a Sigel journal of containers, version ${JOURNAL_VERSION}`,
    ...schema,
  };
}
