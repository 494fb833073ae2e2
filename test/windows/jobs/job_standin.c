// A stand-in for what ntdll says of jobs, for the classes that Wine does not know. It has two jobs: a silo and a
// HostProcess container's. SIGEL_STANDIN_SILO_SIZE: bytes of SERVERSILO_BASIC_INFORMATION, as builds of Windows differ;
// SIGEL_STANDIN_UNKNOWN_CLASS: a class that it does not know.
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <winternl.h>
#include <ntstatus.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define EXPORT __declspec(dllexport)
#define SILO ((HANDLE)0x1001)
#define HOST_JOB ((HANDLE)0x1002)
#define PIDS 700

// Not in mingw's headers. Layouts: phnt (ntpsapi.h) and winnt.h of the Windows SDK.
typedef struct {
  GUID containerId;
  GUID telemetryId;
  ULONG jobId;
} ContainerIdentifier;

typedef struct {
  ULONG siloId, parentId, processes;
  BOOLEAN isInServerSilo;
  BYTE reserved[3];
} SiloBasic;

typedef struct {
  ULONG serviceSessionId, state, exitStatus;
  BOOLEAN reserved;
  void *apiSet, *hostApiSet;
  ULONG containerBuild, hostBuild;
} ServerSiloBasic;

_Static_assert(sizeof(ContainerIdentifier) == 36, "JOBOBJECT_CONTAINER_IDENTIFIER_V2");
_Static_assert(sizeof(SiloBasic) == 16, "SILOOBJECT_BASIC_INFORMATION");
_Static_assert(sizeof(ServerSiloBasic) == 40, "SERVERSILO_BASIC_INFORMATION");

static LONG open_jobs;

static int is_name(const UNICODE_STRING *name, const wchar_t *text) {
  size_t length = wcslen(text);
  return name->Length == length * sizeof(wchar_t) && name->MaximumLength == name->Length + sizeof(wchar_t) &&
         wmemcmp(name->Buffer, text, length) == 0 && name->Buffer[length] == 0;
}

EXPORT NTSTATUS NTAPI NtOpenJobObject(HANDLE *job, ACCESS_MASK access, const OBJECT_ATTRIBUTES *attributes) {
  if (attributes->Length != sizeof *attributes || attributes->RootDirectory != NULL) return STATUS_INVALID_PARAMETER;
  if (attributes->Attributes != OBJ_CASE_INSENSITIVE || attributes->SecurityDescriptor != NULL)
    return STATUS_INVALID_PARAMETER;
  // More than the right to ask would be too much.
  if (access != JOB_OBJECT_QUERY) return STATUS_ACCESS_DENIED;
  const UNICODE_STRING *name = attributes->ObjectName;
  if (is_name(name, L"\\Container_denied")) return STATUS_ACCESS_DENIED;
  if (is_name(name, L"\\Container_web")) *job = SILO;
  else if (is_name(name, L"\\BaseNamedObjects\\JobContainer_agent")) *job = HOST_JOB;
  else return STATUS_OBJECT_NAME_NOT_FOUND;
  InterlockedIncrement(&open_jobs);
  return STATUS_SUCCESS;
}

EXPORT NTSTATUS NTAPI NtClose(HANDLE job) {
  if (job != SILO && job != HOST_JOB) return STATUS_INVALID_HANDLE;
  InterlockedDecrement(&open_jobs);
  return STATUS_SUCCESS;
}

/** How many are open: for the test that none is kept. */
EXPORT ULONG StandinOpenJobs(void) { return (ULONG)open_jobs; }

static NTSTATUS container_id(HANDLE job, void *out, ULONG size) {
  if (size != sizeof(ContainerIdentifier)) return STATUS_INFO_LENGTH_MISMATCH;
  static const GUID silo = {0x0a1b2c3d, 0x4e5f, 0x4a6b, {0x8c, 0x7d, 1, 0x23, 0x45, 0x67, 0x89, 0xab}};
  ContainerIdentifier found = {.jobId = job == SILO ? 412 : 413};
  if (job == SILO) found.containerId = silo;
  *(ContainerIdentifier *)out = found;
  return STATUS_SUCCESS;
}

static NTSTATUS server_silo(HANDLE job, void *out, ULONG size) {
  const char *wanted = getenv("SIGEL_STANDIN_SILO_SIZE");
  if (size != (wanted == NULL ? 32u : (ULONG)atoi(wanted))) return STATUS_INFO_LENGTH_MISMATCH;
  if (job != SILO) return STATUS_INVALID_PARAMETER;
  ServerSiloBasic found = {.serviceSessionId = 6, .state = 1, .exitStatus = STATUS_PENDING};
  memcpy(out, &found, size);
  return STATUS_SUCCESS;
}

static NTSTATUS process_ids(HANDLE job, JOBOBJECT_BASIC_PROCESS_ID_LIST *out, ULONG size) {
  ULONG all = job == SILO ? PIDS : 1;
  ULONG room = (size - offsetof(JOBOBJECT_BASIC_PROCESS_ID_LIST, ProcessIdList)) / sizeof(ULONG_PTR);
  out->NumberOfAssignedProcesses = all;
  out->NumberOfProcessIdsInList = room < all ? room : all;
  for (ULONG i = 0; i < out->NumberOfProcessIdsInList; i++) (&out->ProcessIdList[0])[i] = 1000 + 4 * i;
  return room < all ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

EXPORT NTSTATUS NTAPI NtQueryInformationJobObject(HANDLE job, ULONG class, void *out, ULONG size, ULONG *used) {
  const char *unknown = getenv("SIGEL_STANDIN_UNKNOWN_CLASS");
  if (used != NULL) return STATUS_INVALID_PARAMETER;
  if (unknown != NULL && class == (ULONG)atoi(unknown)) return STATUS_INVALID_INFO_CLASS;
  switch (class) {
    case 3:
      return process_ids(job, out, size);
    case 30:
      return container_id(job, out, size);
    case 36:
      if (size != sizeof(SiloBasic)) return STATUS_INFO_LENGTH_MISMATCH;
      *(SiloBasic *)out = (SiloBasic){.siloId = 412, .processes = PIDS, .isInServerSilo = job == SILO};
      return STATUS_SUCCESS;
    case 38:
      return server_silo(job, out, size);
    default:
      return STATUS_INVALID_INFO_CLASS;
  }
}
