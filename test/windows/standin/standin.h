// A stand-in for ETW: the functions of a controller and a consumer of sessions, with the same ABI, whose
// events come from a recorded trace. Written for tests under Wine, where ETW does not exist.
#ifndef STANDIN_H
#define STANDIN_H

// Without it, the headers declare the functions as imported.
#define _WMI_SOURCE_
#define _EVNT_SOURCE_
#define _WIN32_WINNT 0x0A00
#include <windows.h>
#include <wmistr.h>
#include <evntrace.h>
#include <evntprov.h>
#include <evntcons.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT __declspec(dllexport)
#define PATH_SIZE 1024
#define TEXT_SIZE 512

// Not in mingw's headers; offsets: windows-sys 0.61.2.
typedef struct {
  ULONG reserved1[4];
  LARGE_INTEGER timeStamp;
  ULONG reserved2[4];
  ETW_BUFFER_CONTEXT clientContext;
  ULONG reserved3;
  ULONG filledBytes;
  ULONG reserved4[5];
} EtwBufferHeader;

typedef struct {
  uint64_t traceHandle;
  const TRACE_LOGFILE_HEADER *logfileHeader;
  ULONG buffersRead;
} EtwBufferInfo;

typedef BOOL(WINAPI *EtwBufferCallback)(const EtwBufferHeader *, ULONG, const EtwBufferInfo *, void *);

typedef struct {
  ULONG processTraceModes;
  PEVENT_RECORD_CALLBACK eventCallback;
  void *eventCallbackContext;
  EtwBufferCallback bufferCallback;
  void *bufferCallbackContext;
} EtwOpenTraceOptions;

_Static_assert(sizeof(EtwBufferHeader) == 72 && offsetof(EtwBufferHeader, filledBytes) == 48, "ETW_BUFFER_HEADER");
_Static_assert(sizeof(EtwBufferInfo) == 24, "ETW_BUFFER_CALLBACK_INFORMATION");
_Static_assert(sizeof(EtwOpenTraceOptions) == 40, "ETW_OPEN_TRACE_OPTIONS");
_Static_assert(sizeof(EVENT_TRACE_PROPERTIES) == 120, "EVENT_TRACE_PROPERTIES");
_Static_assert(sizeof(EVENT_TRACE_PROPERTIES_V2) == 144, "EVENT_TRACE_PROPERTIES_V2");
_Static_assert(sizeof(EVENT_TRACE_LOGFILEW) == 448, "EVENT_TRACE_LOGFILEW");
_Static_assert(sizeof(EVENT_RECORD) == 112, "EVENT_RECORD");
_Static_assert(sizeof(TRACE_LOGFILE_HEADER) == 280, "TRACE_LOGFILE_HEADER");

#endif
