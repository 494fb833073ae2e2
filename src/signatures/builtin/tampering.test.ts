import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logRecord } from '../../../test/support/log_records.ts';
import { SILENT } from '../../telemetry/logger.ts';
import { Signatures } from '../signatures.ts';
import { builtinSignatures } from './index.ts';

test('what somebody else has done to sessions is a detection, other records of the agent are none', async () => {
  const builtin = builtinSignatures(undefined);
  const limits = { deadline: 1, memory: 1 };
  const signatures = new Signatures({ builtin, folders: [], limits, selection: {}, logger: SILENT });
  const { detections } = await signatures.judge([
    logRecord(1, { eventName: 'sigel.agent.consumer_restarted' }),
    logRecord(2, { eventName: 'sigel.agent.session_stopped' }),
    logRecord(3, { eventName: 'sigel.agent.provider_disabled' }),
  ]);
  const told = [...detections.values()].flat().map(({ record }) => record.eventName);
  assert.deepEqual(told, ['sigel.agent.session_stopped', 'sigel.agent.provider_disabled']);
});
