// What Windows' service control manager is asked and tells. Source: winsvc.h and winnt.h of the Windows SDK.

/** Access rights: to everything of the manager, of a service. */
export const ServiceAccess = { manager: 0xf_003f, service: 0xf_01ff } as const;

/** SERVICE_WIN32_OWN_PROCESS. */
export const OWN_PROCESS = 0x10;
/** SERVICE_AUTO_START and SERVICE_ERROR_NORMAL. */
export const AUTO_START = 2;
export const ERROR_NORMAL = 1;

/** SERVICE_CONTROL_*. */
export const ServiceControl = {
  stop: 1,
  interrogate: 4,
  shutdown: 5,
  paramChange: 6,
  preshutdown: 15,
} as const;
/** SERVICE_ACCEPT_*. */
export const ServiceAccepts = { stop: 0x1, paramChange: 0x8, preshutdown: 0x100 } as const;
/** SERVICE_STOPPED and so on. */
export const ServiceStateCode = { stopped: 1, starting: 2, stopping: 3, running: 4 } as const;
/** SERVICE_CONFIG_* of ChangeServiceConfig2W: DESCRIPTION, FAILURE_ACTIONS, FAILURE_ACTIONS_FLAG, PRESHUTDOWN_INFO. */
export const ServiceSetting = {
  description: 1,
  recovery: 2,
  recovery_from_errors: 4,
  preshutdown_timeout: 7,
} as const;

/** SC_ACTION_RESTART. */
export const ACTION_RESTART = 1;
/** SC_STATUS_PROCESS_INFO. */
export const STATUS_PROCESS_INFO = 0;

/** Codes of winerror.h that are looked at, or answered. */
export const ServiceError = {
  callNotImplemented: 120,
  invalidLevel: 124,
  doesNotExist: 1060,
  notActive: 1062,
  /** The code of the service's own stands beside it. */
  serviceSpecific: 1066,
  neverStarted: 1077,
} as const;
