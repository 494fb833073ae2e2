import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// `npm start` without arguments tells the bundled story; with arguments it is `sigel`.
const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const child = spawn(process.execPath, [`${root}src/main.ts`, ...(args.length === 0 ? ['demo'] : args)], {
  stdio: 'inherit',
});

// The terminal signals the child too, which stops in order; this process only waits for it.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
