#include "producer.h"
#include "empty_trace.h"
#include "loss.h"
#include <string.h>

#define POLL 5
#define GROWTH_POLL 50

static bool is_over(const Player *p) { return p->closing || !player_owns(p) || p->session->stopping != 0; }

// Waits a while, or until something changed; with the lock held.
static void wait(Player *p, DWORD milliseconds) { SleepConditionVariableCS(&p->changed, &p->lock, milliseconds); }

static void take_snapshot(Player *p) {
  const Session *s = p->session;
  p->snapshot = (Snapshot){s->position, s->buffersWritten, s->eventsLost, s->realTimeBuffersLost, s->eventsWritten};
}

static Item *free_item(Player *p) { return &p->ring[(p->first + p->used) % p->slots]; }

static void push(Player *p, Item *item) {
  if (i64_at(item->bytes + 16) > p->newest) p->newest = i64_at(item->bytes + 16);
  item->before = p->snapshot;
  p->used++;
  take_snapshot(p);
  WakeAllConditionVariable(&p->changed);
}

static void count(Player *p, uint32_t events) {
  InterlockedIncrement(&p->session->buffersWritten);
  InterlockedExchangeAdd64(&p->session->eventsWritten, events);
}

// Whether the session asks for an event: its provider is enabled, and one of its keywords is among those asked for. Those of
// the kernel logger have no provider here.
static bool is_asked_for(const Session *s, const RawEvent *event) {
  if (event->type != EVENT32 && event->type != EVENT64) return true;
  uint64_t keyword = (uint64_t)i64_at(event->at + 48);
  for (uint32_t i = 0; i < s->providers; i++) {
    const Provider *provider = &s->provider[i];
    if (memcmp(&provider->guid, event->at + 24, sizeof(GUID)) != 0) continue;
    return provider->enabled && (provider->any == 0 || (keyword & provider->any) != 0);
  }
  return false;
}

static void set_filled(Item *item, uint32_t filled) {
  for (int i = 0; i < 3; i++) {
    uint8_t *at = item->bytes + (const int[]){4, 8, 0x30}[i];
    if (u32_at(at) == item->filled) memcpy(at, &filled, sizeof filled);
  }
  item->filled = filled;
}

// As the kernel, which does not write what nobody asks for.
static void leave_out(const Player *p, Item *item) {
  RawEvent event;
  uint32_t filled = BUFFER_HEADER;
  item->events = 0;
  for (uint32_t offset = BUFFER_HEADER, at = offset; next_event(item->bytes, item->filled, &offset, &event); at = offset) {
    if (!is_asked_for(p->session, &event)) continue;
    memmove(item->bytes + filled, item->bytes + at, offset - at);
    filled += offset - at;
    item->events++;
  }
  set_filled(item, filled);
}

static Item *copy(Player *p, const TraceBuffer *buffer) {
  Item *item = free_item(p);
  memcpy(item->bytes, buffer->bytes, buffer->filled);
  item->size = buffer->size;
  item->filled = buffer->filled;
  item->events = buffer->events;
  item->broken = false;
  return item;
}

static void put_header(Player *p) {
  take_snapshot(p);
  if (p->noHeader) return;
  count(p, p->trace.header.events);
  push(p, copy(p, &p->trace.header));
}

// Filled to behind its end: what the consumer's self-check is for.
static void put_broken(Player *p) {
  if (!p->badFilled || p->trace.count == 0) return;
  Item *item = copy(p, &p->trace.buffers[0]);
  uint32_t filled = item->size + 4096;
  memcpy(item->bytes + 0x30, &filled, sizeof filled);
  item->events = 0;
  item->broken = true;
  push(p, item);
}

static void lose(Player *p, const TraceBuffer *buffer, bool events) {
  count(p, buffer->events);
  InterlockedIncrement(&p->session->position);
  InterlockedIncrement(&p->session->realTimeBuffersLost);
  if (events) InterlockedExchangeAdd(&p->session->eventsLost, (LONG)buffer->events);
  InterlockedOr(&p->session->pendingFlags, FLAG_BUFFER_LOST | (events ? FLAG_EVENTS_LOST : 0));
}

static void put(Player *p, const TraceBuffer *buffer, uint32_t round) {
  Item *item = copy(p, buffer);
  if (p->obeys) leave_out(p, item);
  LONG flags = InterlockedExchange(&p->session->pendingFlags, 0);
  uint16_t all = (uint16_t)(u16_at(item->bytes + 0x34) | flags);
  memcpy(item->bytes + 0x34, &all, sizeof all);
  if (round > 0) shift_times(item->bytes, item->filled, p->trace.span * round);
  count(p, item->events);
  InterlockedIncrement(&p->session->position);
  push(p, item);
}

static bool at_end(const Player *p) { return p->session->position >= p->loop * (int64_t)p->trace.count; }

// One buffer more. `last`: of those that a stop flushes, for which there is always room.
static void produce_one(Player *p, bool last) {
  uint32_t position = (uint32_t)p->session->position;
  const TraceBuffer *buffer = &p->trace.buffers[position % p->trace.count];
  p->paced += buffer->events;
  if (p->loseEvery > 0 && (position + 1) % p->loseEvery == 0) lose(p, buffer, false);
  else if (p->used < p->capacity || last) put(p, buffer, position / p->trace.count);
  else lose(p, buffer, true);
}

// The header comes before all else, also before what is written while the thread has yet to begin; with the lock held.
static void begin(Player *p) {
  if (p->begun) return;
  p->begun = true;
  lose_events(p->session);
  put_header(p);
  put_broken(p);
}

// A buffer of one event that somebody writes while the trace is played: as late as what was played before.
void player_write(Player *p, const uint8_t *event, uint32_t size) {
  EnterCriticalSection(&p->lock);
  begin(p);
  if (!is_over(p) && p->used < p->slots) {
    Item *item = copy(p, &p->trace.header);
    int64_t time = p->trace.count == 0 ? clock_now(p->session) : p->newest;
    memset(item->bytes + 0x34, 0, 4);
    memcpy(item->bytes + 16, &time, sizeof time);
    memcpy(item->bytes + BUFFER_HEADER, event, size);
    memcpy(item->bytes + BUFFER_HEADER + 16, &time, sizeof time);
    uint32_t filled = BUFFER_HEADER + ((size + 7u) & ~7u);
    memset(item->bytes + BUFFER_HEADER + size, 0, filled - BUFFER_HEADER - size);
    set_filled(item, filled);
    item->events = 1;
    count(p, 1);
    push(p, item);
  }
  LeaveCriticalSection(&p->lock);
}

// Milliseconds until the next buffer is due.
static DWORD due_in(Player *p) {
  if (p->rate <= 0) return 0;
  LARGE_INTEGER now, frequency;
  QueryPerformanceCounter(&now);
  QueryPerformanceFrequency(&frequency);
  if (p->started == 0) p->started = now.QuadPart;
  int64_t due = p->paced * 1000 / p->rate;
  int64_t passed = (now.QuadPart - p->started) * 1000 / frequency.QuadPart;
  return due > passed ? (DWORD)(due - passed) : 0;
}

static void stall(Player *p) {
  if (p->stalled || p->session->position != p->stallAt) return;
  p->stalled = true;
  for (int64_t waited = 0; waited < p->stallMs && !is_over(p); waited += POLL) wait(p, POLL);
  p->started = 0;
  p->paced = 0;
}

static void produce_next(Player *p) {
  DWORD due = due_in(p);
  if (due > 0) return wait(p, due > POLL ? POLL : due);
  if (p->rate <= 0 && p->used >= p->capacity) return wait(p, POLL);
  produce_one(p, false);
}

// At the end: until something happens, or the trace is longer.
static void wait_at_end(Player *p) {
  wait(p, p->grows ? GROWTH_POLL : POLL);
  if (p->grows && !is_over(p) && grow_trace_file(p->session, &p->trace)) p->session->total = p->trace.count;
}

static void flush(Player *p) {
  for (int64_t i = 0; i < p->stopBuffers && !p->closing && player_owns(p) && !at_end(p); i++) produce_one(p, true);
}

DWORD WINAPI produce(void *context) {
  Player *p = context;
  EnterCriticalSection(&p->lock);
  begin(p);
  LONG first = p->session->position;
  while (!is_over(p)) {
    bool stop_here = p->session->position == p->endAt && first != p->endAt;
    if (stop_here || (at_end(p) && p->end)) break;
    stall(p);
    if (at_end(p)) wait_at_end(p);
    else if (!is_over(p)) produce_next(p);
  }
  if (player_owns(p) && p->session->stopping != 0) flush(p);
  if (player_owns(p)) InterlockedExchange(&p->session->flushed, 1);
  p->produced = 1;
  LeaveCriticalSection(&p->lock);
  WakeAllConditionVariable(&p->changed);
  return 0;
}
