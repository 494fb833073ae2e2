// A controller and consumer for the tests of the stand-in, in C so that nothing of ours stands between.
// client.exe DLL COMMAND ARGS...; each step's result is a line on stdout.
#include "standin.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  EVENT_TRACE_PROPERTIES_V2 p;
  WCHAR name[512], file[512];
} Properties;

static HMODULE dll;
static FILE *out;
static DWORD stop_after, slow, seen;
static TRACEHANDLE trace;

#define CALL(name) ((__typeof__(&name))(void *)GetProcAddress(dll, #name))

static void prepare(Properties *b) {
  memset(b, 0, sizeof *b);
  b->p.Wnode.BufferSize = sizeof *b;
  b->p.Wnode.Flags = WNODE_FLAG_TRACED_GUID | WNODE_FLAG_VERSIONED_PROPERTIES;
  b->p.V2Control = 2;
  b->p.LoggerNameOffset = offsetof(Properties, name);
  b->p.LogFileNameOffset = offsetof(Properties, file);
}

static void start(const WCHAR *name, const WCHAR *change) {
  Properties b;
  prepare(&b);
  b.p.Wnode.Guid.Data1 = 0x1234;
  b.p.Wnode.Guid.Data4[0] = (UCHAR)name[0];
  b.p.Wnode.ClientContext = 1;
  b.p.BufferSize = 64;
  b.p.MinimumBuffers = 8;
  b.p.MaximumBuffers = 16;
  b.p.LogFileMode = 0x08000100;
  b.p.LogFileNameOffset = 0;
  if (lstrcmpW(change, L"short") == 0) b.p.Wnode.BufferSize = 100;
  if (lstrcmpW(change, L"nameless") == 0) b.p.Wnode.BufferSize = b.p.LoggerNameOffset + 2;
  if (lstrcmpW(change, L"ms") == 0) b.p.LogFileMode |= 0x10;
  if (lstrcmpW(change, L"flagless") == 0) b.p.Wnode.Flags = 0;
  TRACEHANDLE handle = 0;
  ULONG code = CALL(StartTraceW)(&handle, name, (EVENT_TRACE_PROPERTIES *)&b);
  printf("start %lu %s\n", code, handle != 0 ? "handle" : "none");
}

static void control(const WCHAR *name, ULONG what) {
  Properties b;
  prepare(&b);
  ULONG code = CALL(ControlTraceW)(0, name, (EVENT_TRACE_PROPERTIES *)&b, what);
  printf("control %lu name=%ls buffers=%lu lost=%lu rtlost=%lu mode=0x%lx\n", code, b.name, b.p.BuffersWritten,
         b.p.EventsLost, b.p.RealTimeBuffersLost, b.p.LogFileMode);
}

static void list(ULONG room) {
  Properties *all = calloc(room, sizeof *all);
  EVENT_TRACE_PROPERTIES **pointers = calloc(room, sizeof *pointers);
  for (ULONG i = 0; i < room; i++) {
    prepare(&all[i]);
    pointers[i] = (EVENT_TRACE_PROPERTIES *)&all[i];
  }
  ULONG found = 0, code = CALL(QueryAllTracesW)(pointers, room, &found);
  printf("list %lu found=%lu", code, found);
  for (ULONG i = 0; i < room && i < found; i++) printf(" %ls", all[i].name);
  printf("\n");
  free(pointers);
  free(all);
}

static void enable(const WCHAR *name) {
  Properties b;
  prepare(&b);
  CALL(ControlTraceW)(0, name, (EVENT_TRACE_PROPERTIES *)&b, EVENT_TRACE_CONTROL_QUERY);
  const GUID guid = {0x22fb2cd6, 0x0e7b, 0x422b, {0xa0, 0xc7, 0x2f, 0xad, 0x1f, 0xd0, 0xe7, 0x16}};
  static const USHORT ids[] = {1, 2, 1, 2};  // in, count 2, ids 1 and 2
  static const ULONG pid = 4;
  static const WCHAR exe[] = L"w3wp.exe";
  EVENT_FILTER_DESCRIPTOR filters[] = {
      {(ULONGLONG)(uintptr_t)ids, sizeof ids, 0x80000200u},
      {(ULONGLONG)(uintptr_t)&pid, sizeof pid, 0x80000004u},
      {(ULONGLONG)(uintptr_t)exe, sizeof exe, 0x80000008u},
  };
  ENABLE_TRACE_PARAMETERS parameters = {.Version = 2, .EnableProperty = 0x400, .EnableFilterDesc = filters,
                                        .FilterDescCount = 3};
  for (ULONG code = 1; code <= 2; code++)
    printf("enable %lu\n", CALL(EnableTraceEx2)(b.p.Wnode.HistoricalContext, &guid, code, 5, 0x10, 0, 0, &parameters));
  printf("stale %lu\n", CALL(EnableTraceEx2)(77, &guid, 1, 5, 0, 0, 0, NULL));
}

static void disable(const WCHAR *name) {
  Properties b;
  prepare(&b);
  CALL(ControlTraceW)(0, name, (EVENT_TRACE_PROPERTIES *)&b, EVENT_TRACE_CONTROL_QUERY);
  const GUID guid = {0x22fb2cd6, 0x0e7b, 0x422b, {0xa0, 0xc7, 0x2f, 0xad, 0x1f, 0xd0, 0xe7, 0x16}};
  printf("disable %lu\n", CALL(EnableTraceEx2)(b.p.Wnode.HistoricalContext, &guid, 0, 0, 0, 0, 0, NULL));
}

static DWORD WINAPI close_soon(void *milliseconds) {
  Sleep((DWORD)(uintptr_t)milliseconds);
  printf("close %lu\n", CALL(CloseTrace)(trace));
  return 0;
}

static BOOL WINAPI on_raw(const EtwBufferHeader *buffer, ULONG size, const EtwBufferInfo *info, void *context) {
  (void)context;
  if (info->buffersRead != ++seen || info->logfileHeader == NULL) printf("odd info\n");
  // Written as a file would hold it.
  if (out != NULL && buffer->filledBytes <= size) {
    fwrite(buffer, 1, buffer->filledBytes, out);
    for (ULONG i = buffer->filledBytes; i < size; i++) fputc(0xff, out);
  }
  if (buffer->filledBytes > size) printf("overfull %lu\n", seen);
  Sleep(slow);
  return stop_after == 0 || seen < stop_after;
}

// A line for each record: time provider id version opcode level pid tid flags cpu items payload.
static void WINAPI on_record(EVENT_RECORD *r) {
  const EVENT_HEADER *h = &r->EventHeader;
  const GUID *g = &h->ProviderId;
  seen++;
  if (out == NULL) return;
  fprintf(out, "%lld %08lx-%04x-%04x-", h->TimeStamp.QuadPart, g->Data1, g->Data2, g->Data3);
  for (int i = 0; i < 8; i++) fprintf(out, "%02x%s", g->Data4[i], i == 1 ? "-" : "");
  fprintf(out, " %u %u %u %u %lu %lu 0x%x %u ", h->EventDescriptor.Id, h->EventDescriptor.Version,
          h->EventDescriptor.Opcode, h->EventDescriptor.Level, h->ProcessId, h->ThreadId, h->Flags,
          *(USHORT *)&r->BufferContext);
  if (r->ExtendedDataCount == 0) fprintf(out, "-");
  for (int i = 0; i < r->ExtendedDataCount; i++)
    fprintf(out, "%s%u:%u", i == 0 ? "" : ",", r->ExtendedData[i].ExtType, r->ExtendedData[i].DataSize);
  fputc(' ', out);
  if (r->UserDataLength == 0) fputc('-', out);
  for (int i = 0; i < r->UserDataLength; i++) fprintf(out, "%02x", ((const UCHAR *)r->UserData)[i]);
  fputc('\n', out);
}

static ULONG WINAPI on_buffer(EVENT_TRACE_LOGFILEW *file) {
  Sleep(slow);
  return stop_after == 0 || file->BuffersRead < stop_after;
}

// raw|record SESSION OUT close-after-ms stop-after-buffers ms-per-buffer
static void consume(bool raw, WCHAR *session, const WCHAR *file, DWORD milliseconds) {
  TRACE_LOGFILE_HEADER header = {0};
  EVENT_TRACE_LOGFILEW log = {0};
  EtwOpenTraceOptions options = {.processTraceModes = 1, .bufferCallback = on_raw};
  typedef TRACEHANDLE(WINAPI * OpenRaw)(PCWSTR, const EtwOpenTraceOptions *, TRACE_LOGFILE_HEADER *);
  OpenRaw open_raw = (OpenRaw)(void *)GetProcAddress(dll, "OpenTraceFromRealTimeLogger");
  if (raw && open_raw == NULL) {
    printf("absent\n");
    return;
  }
  log.LoggerName = session;
  log.ProcessTraceMode =
      PROCESS_TRACE_MODE_REAL_TIME | PROCESS_TRACE_MODE_EVENT_RECORD | PROCESS_TRACE_MODE_RAW_TIMESTAMP;
  log.EventRecordCallback = on_record;
  log.BufferCallback = on_buffer;
  out = lstrcmpW(file, L"-") == 0 ? NULL : _wfopen(file, L"wb");
  trace = raw ? open_raw(session, &options, &header) : CALL(OpenTraceW)(&log);
  if (trace == INVALID_PROCESSTRACE_HANDLE) {
    printf("open failed %lu\n", GetLastError());
    return;
  }
  if (!raw) header = log.LogfileHeader;
  printf("open frequency=%lld build=%lu\n", header.PerfFreq.QuadPart, header.ProviderVersion);
  fflush(stdout);
  void *wait = (void *)(uintptr_t)milliseconds;
  HANDLE thread = milliseconds == 0 ? NULL : CreateThread(NULL, 0, close_soon, wait, 0, NULL);
  ULONG code = CALL(ProcessTrace)(&trace, 1, NULL, NULL);
  if (thread != NULL) WaitForSingleObject(thread, INFINITE);
  printf("process %lu seen=%lu\n", code, seen);
  if (out != NULL) fclose(out);
  if (thread == NULL) printf("close %lu\n", CALL(CloseTrace)(trace));
}

int wmain(int count, WCHAR **args) {
  if (count < 4) return 2;
  dll = LoadLibraryW(args[1]);
  if (dll == NULL) return 3;
  const WCHAR *command = args[2], *more = count > 4 ? args[4] : L"";
  if (lstrcmpW(command, L"start") == 0) start(args[3], more);
  else if (lstrcmpW(command, L"control") == 0) control(args[3], (ULONG)_wtoi(more));
  else if (lstrcmpW(command, L"list") == 0) list((ULONG)_wtoi(args[3]));
  else if (lstrcmpW(command, L"enable") == 0) enable(args[3]);
  else if (lstrcmpW(command, L"disable") == 0) disable(args[3]);
  else {
    stop_after = count > 6 ? (DWORD)_wtoi(args[6]) : 0;
    slow = count > 7 ? (DWORD)_wtoi(args[7]) : 0;
    consume(lstrcmpW(command, L"raw") == 0, args[3], more, count > 5 ? (DWORD)_wtoi(args[5]) : 0);
  }
  return 0;
}
