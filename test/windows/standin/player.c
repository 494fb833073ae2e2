#include "player.h"
#include "control.h"
#include "producer.h"
#include <stdlib.h>
#include <string.h>

static void read_wishes(Player *p) {
  const WCHAR *name = p->session->name;
  p->rate = control_number("rate", name, 0);
  p->loop = control_number("loop", name, 1);
  p->loseEvery = control_number("lose_every", name, 0);
  p->stallAt = control_number("stall_at", name, -1);
  p->stallMs = control_number("stall_ms", name, 0);
  p->stopBuffers = control_number("stop_buffers", name, 2);
  p->endAt = control_number("end_at", name, -1);
  p->noHeader = control_number(p->raw ? "no_header" : "no_header_record", name, 0) != 0;
  p->badFilled = p->raw && control_number("bad_filled", name, 0) != 0;
  p->end = control_number("end", name, 0) != 0;
  p->grows = control_number("grows", name, 0) != 0;
  p->obeys = control_number("obeys", name, 0) != 0;
  p->capacity = (uint32_t)control_number("kernel_buffers", name, 16);
  if (p->capacity < 1) p->capacity = 1;
  if (p->stopBuffers < 0) p->stopBuffers = 0;
}

bool player_open(Player *p, Session *session, bool raw) {
  memset(p, 0, sizeof *p);
  p->session = session;
  p->sessionHandle = session->handle;
  p->raw = raw;
  if (!open_trace_file(session, &p->trace)) return false;
  read_wishes(p);
  p->slots = p->capacity + (uint32_t)p->stopBuffers + 2;
  p->ring = calloc(p->slots, sizeof *p->ring);
  for (uint32_t i = 0; p->ring != NULL && i < p->slots; i++) {
    p->ring[i].bytes = malloc(p->trace.largest);
    if (p->ring[i].bytes == NULL) return false;
  }
  InitializeCriticalSection(&p->lock);
  InitializeConditionVariable(&p->changed);
  return p->ring != NULL;
}

bool player_owns(const Player *p) { return p->session->handle == p->sessionHandle; }

void player_start(Player *p) {
  InterlockedExchange(&p->session->consumerPid, (LONG)GetCurrentProcessId());
  InterlockedExchange(&p->session->flushed, 0);
  p->session->total = (uint32_t)(p->loop * p->trace.count);
  InterlockedIncrement(&p->session->consumers);
  p->thread = CreateThread(NULL, 0, produce, p, 0, NULL);
  if (p->thread == NULL) p->produced = 1;
}

Item *player_take(Player *p) {
  Item *item = NULL;
  EnterCriticalSection(&p->lock);
  while (!p->closing && p->used == 0 && !p->produced) SleepConditionVariableCS(&p->changed, &p->lock, INFINITE);
  if (!p->closing && p->used > 0) item = &p->ring[p->first];
  LeaveCriticalSection(&p->lock);
  return item;
}

void player_done(Player *p, bool kept) {
  EnterCriticalSection(&p->lock);
  const Item *item = &p->ring[p->first];
  if (kept || item->broken) {
    if (player_owns(p) && !item->broken) {
      InterlockedIncrement(&p->session->buffersDelivered);
      InterlockedExchangeAdd64(&p->session->eventsDelivered, item->events);
    }
    p->first = (p->first + 1) % p->slots;
    p->used--;
  }
  LeaveCriticalSection(&p->lock);
  WakeAllConditionVariable(&p->changed);
}

void player_close(Player *p) {
  EnterCriticalSection(&p->lock);
  p->closing = 1;
  LeaveCriticalSection(&p->lock);
  WakeAllConditionVariable(&p->changed);
}

// The kernel keeps what no consumer took. A stopped session's numbers are final.
static void take_back(Player *p) {
  if (p->used == 0 || !player_owns(p) || p->session->stopping != 0) return;
  const Item *item = &p->ring[p->first];
  const Snapshot *before = &item->before;
  InterlockedExchange(&p->session->position, before->position);
  InterlockedExchange(&p->session->buffersWritten, before->buffersWritten);
  InterlockedExchange(&p->session->eventsLost, before->eventsLost);
  InterlockedExchange(&p->session->realTimeBuffersLost, before->realTimeBuffersLost);
  InterlockedExchange64(&p->session->eventsWritten, before->eventsWritten);
}

void player_stop(Player *p) {
  player_close(p);
  if (p->thread != NULL) {
    WaitForSingleObject(p->thread, INFINITE);
    CloseHandle(p->thread);
    p->thread = NULL;
  }
  take_back(p);
  p->used = 0;
  if (player_owns(p)) InterlockedDecrement(&p->session->consumers);
}

void player_free(Player *p) {
  for (uint32_t i = 0; p->ring != NULL && i < p->slots; i++) free(p->ring[i].bytes);
  free(p->ring);
  close_trace_file(&p->trace);
  DeleteCriticalSection(&p->lock);
}
