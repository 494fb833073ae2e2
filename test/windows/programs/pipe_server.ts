import { createServer } from 'node:net';

// Serves a named pipe until it is ended.
const [, , path = ''] = process.argv;
createServer((socket) => socket.on('error', () => {})).listen(path, () => process.stdout.write('ready'));
