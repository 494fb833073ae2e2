import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEndpoint } from './endpoint.ts';

for (const [text, target, scheme] of [
  ['gateway:4317', 'gateway:4317', undefined],
  ['127.0.0.1:4317', '127.0.0.1:4317', undefined],
  ['[::1]:4317', '[::1]:4317', undefined],
  ['http://gateway:4317', 'gateway:4317', 'http'],
  ['https://gateway.example.com:443/', 'gateway.example.com:443', 'https'],
  ['dns:///gateway.ns.svc:4317', 'dns:///gateway.ns.svc:4317', undefined],
  ['dns://8.8.8.8/gateway:4317', 'dns://8.8.8.8/gateway:4317', undefined],
  ['unix:///run/otel.sock', 'unix:///run/otel.sock', undefined],
] as const) {
  test(`${text} is an endpoint`, () => assert.deepEqual(parseEndpoint(text), { target, scheme }));
}

for (const [text, reason] of [
  ['', /expected host:port/],
  ['gateway', /expected host:port/],
  ['http://gateway', /expected host:port/],
  ['https://gateway:4317/v1/logs', /expected host:port/],
  ['ftp://gateway:21', /expected host:port/],
  [':4317', /expected host:port/],
  ['gateway:0', /0 is no port/],
  ['gateway:65536', /65536 is no port/],
  ['unix:', /expected unix/],
] as const) {
  test(`"${text}" is none`, () => assert.match(JSON.stringify(parseEndpoint(text)), reason));
}
