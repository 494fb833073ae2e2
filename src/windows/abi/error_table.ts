/** What is asked of ETW; some codes mean something of their own there. */
export type EtwOperation =
  | 'start'
  | 'query'
  | 'flush'
  | 'update'
  | 'stop'
  | 'list'
  | 'enable'
  | 'disable'
  | 'capture_state'
  | 'enumerate'
  | 'open'
  | 'process'
  | 'close';

interface Meaning {
  /** Ends the sentence `StartTraceW of session x: …`. */
  readonly says: string;
  readonly advice?: string;
}

/** A system error code. */
export interface ErrorRow extends Meaning {
  readonly code: number;
  readonly name: string;
  readonly of?: Readonly<Partial<Record<EtwOperation, Meaning>>>;
}

const RIGHTS =
  'run Sigel as LocalSystem or as an elevated administrator; Performance Log Users may have sessions, but no system logger';
const PROTECTED =
  'leave the provider out: it allows only chosen accounts, and Microsoft-Windows-Threat-Intelligence only protected (antimalware PPL) processes, which Sigel is not';
const SLOTS =
  'a host has 64 sessions, 8 of them system loggers: see `sigel doctor` or `logman query -ets`, and stop one that nobody needs';
const SMALLER = 'lower buffer_size or maximum_buffers of the session';

/**
 * The codes that ETW's functions answer with, and those of services. Numbers: winerror.h; meanings: the reference pages of StartTrace,
 * ControlTrace, EnableTraceEx2, QueryAllTraces, OpenTrace, ProcessTrace and CloseTrace.
 */
export const ERROR_TABLE: readonly ErrorRow[] = [
  { code: 2, name: 'ERROR_FILE_NOT_FOUND', says: 'there is no such file' },
  { code: 3, name: 'ERROR_PATH_NOT_FOUND', says: 'there is no such folder' },
  {
    code: 5,
    name: 'ERROR_ACCESS_DENIED',
    says: 'access is denied',
    advice: RIGHTS,
    of: { enable: { says: 'the provider may not be enabled by this account', advice: PROTECTED } },
  },
  { code: 6, name: 'ERROR_INVALID_HANDLE', says: 'the session has ended' },
  { code: 8, name: 'ERROR_NOT_ENOUGH_MEMORY', says: 'not enough memory', advice: SMALLER },
  {
    code: 24,
    name: 'ERROR_BAD_LENGTH',
    says: 'a length is not what this build of Windows wants',
    advice: 'report it with the build of Windows (winver)',
  },
  {
    code: 32,
    name: 'ERROR_SHARING_VIOLATION',
    says: 'the log file is in use by another session',
    advice: 'give the session another file',
  },
  { code: 50, name: 'ERROR_NOT_SUPPORTED', says: 'this build of Windows cannot do that' },
  {
    code: 87,
    name: 'ERROR_INVALID_PARAMETER',
    says: 'a setting is not accepted',
    of: {
      start: {
        says: 'the settings of the session are not accepted by this build of Windows',
        advice: 'try the defaults of buffer_size, minimum_buffers, maximum_buffers and flush_interval',
      },
      enable: {
        says: 'the level, keywords, properties or filters are not accepted by this build of Windows',
        advice: 'leave out filters and properties of the provider one by one',
      },
    },
  },
  {
    code: 112,
    name: 'ERROR_DISK_FULL',
    says: 'there is not enough space for the log file',
    advice: 'free space on the volume: Windows wants 200 MB beside what the session may write',
  },
  { code: 120, name: 'ERROR_CALL_NOT_IMPLEMENTED', says: 'this build of Windows has no such function' },
  { code: 122, name: 'ERROR_INSUFFICIENT_BUFFER', says: 'the answer does not fit in the largest buffer' },
  { code: 123, name: 'ERROR_INVALID_NAME', says: 'the name is not allowed' },
  { code: 161, name: 'ERROR_BAD_PATHNAME', says: 'the name of the log file is not allowed' },
  { code: 170, name: 'ERROR_BUSY', says: 'the session is in use' },
  {
    code: 183,
    name: 'ERROR_ALREADY_EXISTS',
    says: 'it exists already',
    of: {
      start: {
        says: 'a session of this name or GUID runs already',
        advice: 'give the session another name, or stop the other (`logman stop NAME -ets`) if it is yours',
      },
    },
  },
  {
    code: 234,
    name: 'ERROR_MORE_DATA',
    says: 'the answer does not fit',
    of: { list: { says: 'there are more sessions than Sigel asks for' } },
  },
  { code: 258, name: 'WAIT_TIMEOUT', says: 'it did not answer in time' },
  {
    code: 998,
    name: 'ERROR_NOACCESS',
    says: 'the consumer of the events failed in its callback',
    advice: 'report it with the log',
  },
  { code: 1053, name: 'ERROR_SERVICE_REQUEST_TIMEOUT', says: 'the service did not answer in time' },
  { code: 1056, name: 'ERROR_SERVICE_ALREADY_RUNNING', says: 'the service runs already' },
  {
    code: 1060,
    name: 'ERROR_SERVICE_DOES_NOT_EXIST',
    says: 'there is no service of this name',
    advice: 'add it with `sigel service install`',
  },
  { code: 1061, name: 'ERROR_SERVICE_CANNOT_ACCEPT_CTRL', says: 'the service is about to start or to stop' },
  { code: 1062, name: 'ERROR_SERVICE_NOT_ACTIVE', says: 'the service does not run' },
  {
    code: 1072,
    name: 'ERROR_SERVICE_MARKED_FOR_DELETE',
    says: 'the service is being removed',
    advice: 'close what shows services (services.msc), and try again',
  },
  { code: 1073, name: 'ERROR_SERVICE_EXISTS', says: 'there is a service of this name already' },
  {
    code: 1168,
    name: 'ERROR_NOT_FOUND',
    says: 'it was not found',
    of: { capture_state: { says: 'no process has registered the provider' } },
  },
  { code: 1223, name: 'ERROR_CANCELLED', says: 'the consumer has ended it' },
  { code: 1314, name: 'ERROR_PRIVILEGE_NOT_HELD', says: 'a privilege is missing', advice: RIGHTS },
  {
    code: 1450,
    name: 'ERROR_NO_SYSTEM_RESOURCES',
    says: 'the system has no resources left for it',
    of: {
      start: { says: 'no slot for another session is left', advice: SLOTS },
      enable: {
        says: 'as many sessions have enabled the provider as can',
        advice:
          'a provider serves 8 sessions, a classic one a single one: stop another session that has it enabled',
      },
      open: { says: 'the session has as many consumers as can be', advice: SLOTS },
    },
  },
  { code: 4200, name: 'ERROR_WMI_GUID_NOT_FOUND', says: 'there is no such GUID' },
  {
    code: 4201,
    name: 'ERROR_WMI_INSTANCE_NOT_FOUND',
    says: 'no session of this name runs',
    advice: 'see the sessions that run with `logman query -ets`',
  },
  {
    code: 7007,
    name: 'ERROR_CTX_CLOSE_PENDING',
    says: 'it closes as soon as the last events are delivered',
  },
];
