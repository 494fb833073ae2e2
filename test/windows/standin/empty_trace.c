#include "empty_trace.h"
#include "raw_event.h"
#include <stdlib.h>
#include <string.h>

enum { EVENT_HEADER_SIZE = 32, BUFFER = 4096, WINDOWS_BUILD = 20348 };

static void put16(uint8_t *at, uint16_t value) { memcpy(at, &value, 2); }
static void put32(uint8_t *at, uint32_t value) { memcpy(at, &value, 4); }
static void put64(uint8_t *at, int64_t value) { memcpy(at, &value, 8); }

static void put_facts(uint8_t *at, const Session *session) {
  LARGE_INTEGER frequency, now;
  QueryPerformanceFrequency(&frequency);
  GetSystemTimeAsFileTime((FILETIME *)&now);
  TRACE_LOGFILE_HEADER facts = {
      .BufferSize = session->bufferKiB * 1024, .ProviderVersion = WINDOWS_BUILD, .NumberOfProcessors = 1};
  facts.VersionDetail.MajorVersion = 10;
  facts.VersionDetail.SubVersion = 1;
  facts.VersionDetail.SubMinorVersion = 5;
  facts.TimerResolution = 156250;
  facts.LogFileMode = session->mode;
  facts.PointerSize = 8;
  facts.CpuSpeedInMHz = 2900;
  facts.PerfFreq = frequency;
  facts.StartTime = now;
  facts.BootTime.QuadPart = now.QuadPart - 36000000000ll;
  facts.ReservedFlags = session->clock;
  memcpy(at, &facts, sizeof facts);
}

int64_t clock_now(const Session *session) {
  LARGE_INTEGER now;
  if (session->clock == 2) GetSystemTimeAsFileTime((FILETIME *)&now);
  else QueryPerformanceCounter(&now);
  return now.QuadPart;
}

uint8_t *empty_trace(const Session *session, size_t *size) {
  uint8_t *b = calloc(1, BUFFER);
  if (b == NULL) return NULL;
  size_t name = (wcslen(session->name) + 1) * sizeof(WCHAR);
  uint16_t event = (uint16_t)(EVENT_HEADER_SIZE + sizeof(TRACE_LOGFILE_HEADER) + name + 2);
  uint8_t *e = b + BUFFER_HEADER;
  put32(b, BUFFER);
  put32(b + 0x2c, 3);
  put32(b + 0x30, BUFFER_HEADER + ((event + 7u) & ~7u));
  put16(b + 0x2a, (uint16_t)session->loggerId);
  put16(b + 0x34, 0x21);
  put16(b + 0x36, 4);
  // SYSTEM64, version 2, hook 0x0000.
  put32(e, 0xc0020002u);
  put16(e + 4, event);
  put32(e + 8, GetCurrentThreadId());
  put32(e + 12, session->ownerPid);
  put64(e + 16, clock_now(session));
  put_facts(e + EVENT_HEADER_SIZE, session);
  memcpy(e + EVENT_HEADER_SIZE + sizeof(TRACE_LOGFILE_HEADER), session->name, name);
  *size = BUFFER;
  return b;
}
