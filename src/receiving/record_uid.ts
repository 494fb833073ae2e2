import { z } from 'zod';

/** `record_uid` of the receivers of events. */
export const recordUid = z
  .boolean()
  .default(false)
  .describe(
    'Name each record (`log.record.uid`), so that whoever stores them can tell what came twice; detections and what they ' +
      'are about have theirs anyway.',
  );
