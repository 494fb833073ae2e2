// The table of sessions, in a file that all processes map: it outlives them, as sessions do.
#ifndef STANDIN_STATE_H
#define STANDIN_STATE_H
#include "standin.h"

#define MAX_SESSIONS 64
#define MAX_PROVIDERS 64
#define NAME_LENGTH 256

enum { SLOT_FREE = 0, SLOT_RUNNING = 1, SLOT_STOPPED = 2 };

// 64 bytes.
typedef struct {
  GUID guid;
  uint64_t any, all;
  uint32_t properties;
  uint8_t level, enabled, pad[2];
  uint32_t filters, captures;
  uint32_t reserved[4];
} Provider;

// 8192 bytes; test/windows/peers/standin.ts reads the same offsets.
typedef struct {
  uint32_t state, loggerId;
  uint64_t handle;
  GUID guid;
  uint32_t mode, bufferKiB, minimumBuffers, maximumBuffers;  // at 32
  uint32_t flushTimer, enableFlags, clock, wnodeFlags;       // at 48
  volatile LONG buffersWritten, eventsLost, logBuffersLost, realTimeBuffersLost;  // at 64
  volatile LONG buffersDelivered, position, consumers, consumerPid;               // at 80
  volatile LONG stopping, flushed, lossApplied, pendingFlags;                     // at 96
  volatile LONG64 eventsWritten, eventsDelivered;                                 // at 112
  uint32_t ownerPid, providers, total;                                            // at 128
  uint32_t reserved[29];
  WCHAR name[NAME_LENGTH];      // at 256
  WCHAR logFile[NAME_LENGTH];   // at 768
  Provider provider[MAX_PROVIDERS];  // at 1280
  uint8_t pad[8192 - 1280 - 64 * 64];
} Session;

_Static_assert(sizeof(Provider) == 64, "Provider");
_Static_assert(sizeof(Session) == 8192 && offsetof(Session, provider) == 1280, "Session");

// The table under its lock; NULL where there is none. Every begin needs an end.
Session *state_begin(void);
void state_end(void);
// The table without the lock, for counters.
Session *state_table(void);
// A running session by name (any case), or by handle where the name is NULL.
Session *find_session(Session *table, const WCHAR *name, uint64_t handle);
// Of this wish (0: none any more), how many failures were handed out before this one.
uint32_t failures_used(uint32_t place, uint32_t wish);
uint64_t next_handle(Session *table, Session *session);

#endif
