import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { ipv6Text, sidText, sockaddrText, systemTimeText } from './addresses.ts';

function view(hex: string): DataView {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

// RFC 5952 sections 4 and 5.
const v6 = [
  ['20010db8000000000000000000000001', '2001:db8::1'],
  ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
  ['20010000000000010000000000000001', '2001:0:0:1::1'],
  ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000000000001', '::1'],
  ['fe800000000000000000000000000000', 'fe80::'],
  ['00000000000000000000ffffc0000280', '::ffff:192.0.2.128'],
] as const;
for (const [hex, text] of v6) test(`IPv6 ${text}`, () => assert.equal(ipv6Text(view(hex), 0), text));

test('SIDs', () => {
  assert.equal(sidText(view('01 01 000000000005 12000000'), 0), 'S-1-5-18');
  assert.equal(sidText(view('01 02 000000000005 20000000 20020000'), 0), 'S-1-5-32-544');
  assert.equal(sidText(view('01 01 010000000000 01000000'), 0), 'S-1-1099511627776-1');
});

test('socket addresses', () => {
  assert.equal(sockaddrText(view('0200 01bb c0000201 0000000000000000'), 0, 16), '192.0.2.1:443');
  assert.equal(
    sockaddrText(view('1700 0035 00000000 20010db8000000000000000000000001 00000000'), 0, 28),
    '[2001:db8::1]:53',
  );
  assert.equal(sockaddrText(view('1700 0035'), 0, 4), undefined);
  assert.equal(sockaddrText(view('0100 0035'), 0, 4), undefined);
});

test('SYSTEMTIME', () => {
  assert.equal(systemTimeText(view('e807 0200 0400 1d00 1700 3b00 3a00 e703'), 0), '2024-02-29T23:59:58.999');
});
