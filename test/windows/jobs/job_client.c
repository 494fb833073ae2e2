// Makes a job as containerd's shim makes that of a HostProcess container, puts two processes in it, and keeps it until
// a file is gone. Arguments: the job's name, the file; it then writes the pids, a line each, to FILE.pids.
#define _WIN32_WINNT 0x0A00
#include <windows.h>
#include <stdio.h>
#include <wchar.h>

static DWORD start_in(HANDLE job, const wchar_t *self) {
  wchar_t command[MAX_PATH + 16];
  _snwprintf(command, MAX_PATH + 16, L"\"%ls\" sleep", self);
  STARTUPINFOW startup = {.cb = sizeof startup};
  PROCESS_INFORMATION made;
  if (!CreateProcessW(NULL, command, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup, &made)) return 0;
  if (!AssignProcessToJobObject(job, made.hProcess)) return 0;
  ResumeThread(made.hThread);
  CloseHandle(made.hThread);
  CloseHandle(made.hProcess);
  return made.dwProcessId;
}

int wmain(int count, wchar_t **arguments) {
  if (count < 3) {
    Sleep(60000);
    return 0;
  }
  HANDLE job = CreateJobObjectW(NULL, arguments[1]);
  if (job == NULL) return 2;
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {
      .BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE};
  if (!SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits)) return 3;
  wchar_t self[MAX_PATH];
  wchar_t path[MAX_PATH];
  GetModuleFileNameW(NULL, self, MAX_PATH);
  _snwprintf(path, MAX_PATH, L"%ls.pids", arguments[2]);
  FILE *pids = _wfopen(path, L"w");
  if (pids == NULL) return 4;
  for (int i = 0; i < 2; i++) {
    DWORD pid = start_in(job, self);
    if (pid == 0) return 5;
    fprintf(pids, "%lu\n", pid);
  }
  fclose(pids);
  for (int i = 0; i < 600 && GetFileAttributesW(arguments[2]) != INVALID_FILE_ATTRIBUTES; i++) Sleep(50);
  // Its last handle: what is in the job ends with it, unless somebody else kept one.
  CloseHandle(job);
  return 0;
}
