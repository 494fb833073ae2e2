import { struct } from './layout.ts';
import { GUID } from './structs.ts';

// The structs that asking about jobs needs. Checked as those of structs.ts are.

/** winternl.h; lengths are bytes, without a NUL. */
export const UNICODE_STRING = struct('UNICODE_STRING', {
  Length: 'uint16',
  MaximumLength: 'uint16',
  Buffer: 'pointer',
});

/** winternl.h; ObjectName points to a UNICODE_STRING. */
export const OBJECT_ATTRIBUTES = struct('OBJECT_ATTRIBUTES', {
  Length: 'uint32',
  RootDirectory: 'pointer',
  ObjectName: 'pointer',
  Attributes: 'uint32',
  SecurityDescriptor: 'pointer',
  SecurityQualityOfService: 'pointer',
});

/** winnt.h; ProcessIdList has NumberOfProcessIdsInList elements, of NumberOfAssignedProcesses that there are. */
export const JOBOBJECT_BASIC_PROCESS_ID_LIST = struct('JOBOBJECT_BASIC_PROCESS_ID_LIST', {
  NumberOfAssignedProcesses: 'uint32',
  NumberOfProcessIdsInList: 'uint32',
  ProcessIdList: { of: 'uint64', count: 1 },
});

/** phnt's ntpsapi.h: Windows 10 1703 and later. */
export const JOBOBJECT_CONTAINER_IDENTIFIER_V2 = struct('JOBOBJECT_CONTAINER_IDENTIFIER_V2', {
  ContainerId: GUID,
  ContainerTelemetryId: GUID,
  JobId: 'uint32',
});

/** winnt.h of the Windows SDK. */
export const SILOOBJECT_BASIC_INFORMATION = struct('SILOOBJECT_BASIC_INFORMATION', {
  SiloId: 'uint32',
  SiloParentId: 'uint32',
  NumberOfProcesses: 'uint32',
  IsInServerSilo: 'uint8',
});

/**
 * winnt.h of the Windows SDK, as in Windows 10 1607 to 21H1. Windows wants the length that it knows; see
 * {@link SERVERSILO_SIZES}.
 */
export const SERVERSILO_BASIC_INFORMATION = struct('SERVERSILO_BASIC_INFORMATION', {
  ServiceSessionId: 'uint32',
  State: 'int32',
  ExitStatus: 'uint32',
  IsDownlevelContainer: 'uint8',
  ApiSetSchema: 'pointer',
  HostApiSetSchema: 'pointer',
});

/**
 * Sizes that SERVERSILO_BASIC_INFORMATION has had: as declared, with two build numbers behind it (Windows 11),
 * and with its first three fields alone (the SDK 10.0.16299). The first fields are the same in all.
 */
export const SERVERSILO_SIZES = [SERVERSILO_BASIC_INFORMATION.size, 40, 12] as const;

/** Every struct declared here. */
export const JOB_STRUCTS = [
  UNICODE_STRING,
  OBJECT_ATTRIBUTES,
  JOBOBJECT_BASIC_PROCESS_ID_LIST,
  JOBOBJECT_CONTAINER_IDENTIFIER_V2,
  SILOOBJECT_BASIC_INFORMATION,
  SERVERSILO_BASIC_INFORMATION,
] as const;
