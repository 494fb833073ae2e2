import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ErrorCode } from './constants.ts';
import { ERROR_TABLE } from './error_table.ts';
import { missingFunction, windowsError } from './errors.ts';

const CASES = [
  [5, 'start', /^x: access is denied \(ERROR_ACCESS_DENIED, 5\)$/, /LocalSystem/],
  [5, 'enable', /provider may not be enabled/, /Threat-Intelligence/],
  [1450, 'start', /no slot/, /64 sessions/],
  [1450, 'enable', /as many sessions/, /8 sessions/],
  [183, 'start', /ERROR_ALREADY_EXISTS, 183/, /another name/],
  [87, 'start', /not accepted/, /defaults/],
  [4201, 'stop', /no session of this name/, /logman/],
  [7007, 'close', /last events/, undefined],
  [424_242, 'stop', /^x: error 424242$/, undefined],
] as const;

for (const [code, operation, message, advice] of CASES) {
  test(`${code} of ${operation}`, () => {
    const error = windowsError(code, 'x', operation);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    if (advice === undefined) assert.equal(error.advice, undefined);
    else assert.match(error.advice ?? '', advice);
  });
}

test('each code stands once in the table, and every code that Sigel knows by name', () => {
  const codes = ERROR_TABLE.map(({ code }) => code);
  assert.deepEqual(
    codes,
    [...new Set(codes)].sort((a, b) => a - b),
  );
  const unknown = Object.values(ErrorCode).filter((code) => code !== 0 && !codes.includes(code as never));
  assert.deepEqual(unknown, []);
});

test('a function that is not there has code 0', () => {
  assert.equal(missingFunction('sechost.dll does not export X').code, 0);
});
