// Plays a trace for one consumer: a thread fills buffers as the kernel would, ProcessTrace takes them.
#ifndef STANDIN_PLAYER_H
#define STANDIN_PLAYER_H
#include "trace_file.h"

// The counters that taking back an undelivered buffer restores.
typedef struct {
  LONG position, buffersWritten, eventsLost, realTimeBuffersLost;
  LONG64 eventsWritten;
} Snapshot;

typedef struct {
  uint8_t *bytes;
  uint32_t size, filled, events;
  // Not a buffer of the session: made to look broken.
  bool broken;
  Snapshot before;
} Item;

typedef struct Player {
  Session *session;
  uint64_t sessionHandle;
  TraceFile trace;
  bool raw;

  CRITICAL_SECTION lock;
  CONDITION_VARIABLE changed;
  HANDLE thread;
  Item *ring;
  uint32_t capacity, slots, first, used;
  Snapshot snapshot;
  volatile LONG closing, produced;

  // Of control.ini.
  int64_t rate, loop, loseEvery, stallAt, stallMs, stopBuffers, endAt;
  bool noHeader, badFilled, end, grows, obeys;

  // Where production is.
  uint32_t sequence;
  int64_t started, paced;
  // Of the newest buffer of the trace, on the session's clock.
  int64_t newest;
  bool begun, stalled;
} Player;

bool player_open(Player *player, Session *session, bool raw);
void player_start(Player *player);
// The next buffer; NULL at the end. It stays valid until player_done.
Item *player_take(Player *player);
// Delivered, or (kept false) refused: then it is not of the past.
void player_done(Player *player, bool kept);
// Makes player_take return NULL as soon as can be; any thread.
void player_close(Player *player);
// Ends the thread; takes back what was not delivered, as the kernel keeps it.
void player_stop(Player *player);
void player_free(Player *player);
// Whether the session is still the one that was opened, so that its counters may be touched.
bool player_owns(const Player *player);

#endif
