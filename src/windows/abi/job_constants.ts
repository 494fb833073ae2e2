// Numbers of winnt.h, ntdef.h and ntstatus.h that jobs need. Sources: the headers of mingw-w64 10.0; those that it lacks, winnt.h of
// the Windows SDK 10.0.19041 and phnt (ntpsapi.h).

/** The right to ask about a job: JOB_OBJECT_QUERY. */
export const JOB_OBJECT_QUERY = 0x4;

/** OBJECT_ATTRIBUTES.Attributes: OBJ_CASE_INSENSITIVE. */
export const OBJ_CASE_INSENSITIVE = 0x40;

/** JOBOBJECTINFOCLASS. `containerId` has no documented name; it is there from Windows 10 1703 on. */
export const JobClass = {
  basicProcessIdList: 3,
  containerId: 30,
  siloBasicInformation: 36,
  serverSiloBasicInformation: 38,
} as const;

/** NTSTATUS, as unsigned numbers. */
export const NtStatus = {
  success: 0,
  bufferOverflow: 0x8000_0005,
  notImplemented: 0xc000_0002,
  invalidInfoClass: 0xc000_0003,
  infoLengthMismatch: 0xc000_0004,
  accessDenied: 0xc000_0022,
  objectNameNotFound: 0xc000_0034,
  objectPathNotFound: 0xc000_003a,
} as const;
