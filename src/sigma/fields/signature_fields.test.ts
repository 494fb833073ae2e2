import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withProcesses } from '../../../test/behavior/with_processes.ts';
import { scenario } from '../../../test/scenario/scenario.ts';
import { logsource } from '../../../test/support/sigma_fields.ts';
import type { Signature } from '../../file_facts/signature.ts';
import { signatureBlockOf } from '../../file_facts/signature_blocks.ts';

const s = scenario();
s.process('C:\\a.exe').loads('C:\\b.dll');
const records = await withProcesses([s.trace()]);
const load = records.find(({ eventName }) => eventName === 'process.module.load') ?? assert.fail();

const signed = (status: string, isIntact?: boolean, isTrusted?: boolean): Signature => ({
  kind: 'signed',
  status,
  isIntact,
  isTrusted,
  subject: 'Contoso',
});

const table: readonly (readonly [
  title: string,
  signature: Signature | undefined,
  signed: string | undefined,
  name: string | undefined,
  status: string | undefined,
])[] = [
  ['nothing known', undefined, undefined, undefined, undefined],
  ['trusted', signed('trusted', true, true), 'true', 'Contoso', 'Valid'],
  ['unsigned', { kind: 'unsigned' }, 'false', undefined, 'Unavailable'],
  ['altered', signed('TRUST_E_BAD_DIGEST', false), 'false', undefined, 'Invalid'],
  ['expired', signed('CERT_E_EXPIRED', undefined, false), undefined, undefined, 'Expired'],
  ['revoked', signed('CERT_E_REVOKED', undefined, false), undefined, undefined, 'Revoked'],
  ['distrusted', signed('TRUST_E_EXPLICIT_DISTRUST', undefined, false), undefined, undefined, 'Revoked'],
  ['by nobody whom Windows knows', signed('CERT_E_UNTRUSTEDROOT'), undefined, undefined, undefined],
];
for (const [title, signature, ...values] of table) {
  test(`a signature's fields: ${title}`, () => {
    const record = signature === undefined ? load : load.plus(signatureBlockOf(signature, 'dll'));
    for (const category of ['image_load', 'driver_load']) {
      const source = logsource(category);
      const read = (field: string) => source.field(field)?.read(record);
      assert.deepEqual(['Signed', 'Signature', 'SignatureStatus'].map(read), values, category);
    }
  });
}
