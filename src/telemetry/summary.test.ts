import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from './ledger.ts';
import { renderLedger } from './summary.ts';

test('the ledger for a person: a line for each component that saw something', () => {
  const ledger = new Ledger();
  // Exporters are made first, and shown last.
  const exporter = ledger.open('exporter otlp_grpc', 'exporter');
  const receiver = ledger.open('receiver etl', 'receiver');
  Object.assign(receiver, { read: 12_000, emitted: 11_000, merged: 3, filtered: 7 });
  receiver.consumeAsState('schemas', 900);
  receiver.consumeAsState('log headers', 80);
  receiver.lose('late', 10);
  receiver.drop('refused', 4);
  const processor = ledger.open('processor batch (logs)', 'processor');
  Object.assign(processor, { taken: 10_996, emitted: 10_990, queued: 6 });
  Object.assign(exporter, { taken: 10_990, delivered: 10_980 });
  exporter.drop('shutdown', 8);
  ledger.open('exporter idle', 'exporter');

  assert.equal(
    renderLedger(ledger),
    [
      'receiver etl            read 12,000 = emitted 11,000 + merged 3 + state 980 (schemas 900, log headers 80) + filtered 7 + lost 10 (late 10); of the emitted dropped 4 (refused 4)',
      'processor batch (logs)  in 10,996 = emitted 10,990 + queued 6',
      'exporter otlp_grpc      in 10,990 = delivered 10,980 + dropped 8 (shutdown 8); DOES NOT ADD UP by 2',
      '',
    ].join('\n'),
  );
});

test('the ledger of a service that saw nothing is empty', () => {
  assert.equal(renderLedger(new Ledger()), '');
});
