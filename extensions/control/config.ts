import { z } from 'zod';

/** Options of the `control` extension. */
export const controlConfig = z.strictObject({
  endpoint: z
    .string()
    .min(1)
    .max(250)
    .optional()
    .describe(
      'A named pipe (`\\\\.\\pipe\\…`) or the path of a socket, in a folder that only the agent can use. Default: ' +
        '`\\\\.\\pipe\\ProtectedPrefix\\Administrators\\sigel-control` on Windows, else `/run/sigel/control.sock`.',
    ),
});
