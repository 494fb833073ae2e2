import { installed } from './installed.ts';

// Keeps entries in a `file_storage`, as the agent does, and ends without closing it (`kill`), or says what is there.
const { FileStorageExtension } = await installed<
  typeof import('../../../extensions/file_storage/extension.ts')
>('extensions/file_storage/extension.ts');
const { fileStorageConfig } = await installed<typeof import('../../../extensions/file_storage/config.ts')>(
  'extensions/file_storage/config.ts',
);
const { SILENT } =
  await installed<typeof import('../../../src/telemetry/logger.ts')>('src/telemetry/logger.ts');
const { Account } =
  await installed<typeof import('../../../src/telemetry/ledger.ts')>('src/telemetry/ledger.ts');
const { internResource } =
  await installed<typeof import('../../../src/model/resource.ts')>('src/model/resource.ts');
const { createNoopMeter } = await import('@opentelemetry/api');

const [directory = '', mode = ''] = process.argv.slice(3);
const open = async () => {
  const context = {
    id: 'file_storage',
    logger: SILENT,
    account: new Account('file_storage', 'extension'),
    meter: createNoopMeter(),
    resource: internResource({}),
  };
  const extension = new FileStorageExtension(context, fileStorageConfig.parse({ directory }));
  await extension.start();
  return { extension, client: await extension.client({ kind: 'exporter', id: 'otlp_grpc' }) };
};

const { extension, client } = await open();
if (mode === 'kill') {
  for (let n = 0; n < 20; n++) await client.set(String(n).padStart(2, '0'), new Uint8Array(100_000).fill(n));
  await client.delete('00');
  process.kill(process.pid, 'SIGKILL');
}
const entries = await client.entries();
const last = await client.get('19');
const second = await open().then(
  () => 'opened',
  (error: Error) => error.message,
);
process.stdout.write(
  JSON.stringify({
    keys: entries?.map(({ key }) => key),
    last: last.kind === 'found' && last.value[99_999],
    second,
  }),
);
await extension.shutdown();
process.exit(0);
