import type { Capture } from '../../src/capture/capture.ts';
import { AttributeBlock, Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';

const CAPTURED = new Shape([Attr.capturePaths, Attr.captureSha256]);

/**
 * Has the last events written beside the detections that stand at these places, and says on each where: the capture of a
 * batch is one, since all its events are in it.
 */
export async function addCapture(
  capture: Capture,
  records: LogRecord[],
  places: readonly number[],
  giveUp: AbortSignal,
): Promise<void> {
  const [first] = places;
  if (first === undefined) return;
  const outcome = await capture.take(records[first]?.get(Attr.logRecordUid) ?? '', giveUp);
  if (outcome.kind === 'skipped') return;
  const block = new AttributeBlock(CAPTURED, [outcome.paths, outcome.sha256]);
  for (const place of places) {
    const detection = records[place];
    if (detection !== undefined) records[place] = detection.plus(block);
  }
}
