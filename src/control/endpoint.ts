/**
 * Where an agent is asked, unless the configuration says otherwise. On Windows a name below this prefix can be made by
 * administrators alone, so nobody else can sit there and be taken for the agent.
 */
export function defaultEndpoint(platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32'
    ? '\\\\.\\pipe\\ProtectedPrefix\\Administrators\\sigel-control'
    : '/run/sigel/control.sock';
}

/** The longest line of either side, in bytes. */
export const MAX_LINE = 64 * 1024;
