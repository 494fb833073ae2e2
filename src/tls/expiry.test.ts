import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { createCertificates } from '../../test/support/certificates.ts';
import { firstExpiry } from './expiry.ts';

const made = createCertificates();
after(() => made?.remove());
const skip = made === undefined ? 'needs the openssl command' : false;
const pem = made === undefined ? '' : readFileSync(made.certFile, 'utf8');
const ends = made === undefined ? 0 : Date.parse(new X509Certificate(pem).validTo) / 1000;

const CASES: readonly [
  title: string,
  ca: string | undefined,
  cert: string | undefined,
  ends: number | undefined,
][] = [
  ['none', undefined, undefined, undefined],
  ['one', undefined, pem, ends],
  ['a chain, with words between', `of the gateway\n${pem}\n# old\n${pem}`, undefined, ends],
  ['one beside what is none', `-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`, pem, ends],
  ['no certificate', 'nothing', 'nothing', undefined],
];
for (const [title, ca, cert, expected] of CASES)
  test(`the end of certificates: ${title}`, { skip }, () =>
    assert.equal(firstExpiry({ ca, cert }), expected),
  );
