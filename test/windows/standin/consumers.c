#include "consumers.h"
#include "control.h"
#include <stdlib.h>

#define MAX_CONSUMERS 64

static SRWLOCK lock = SRWLOCK_INIT;
static Consumer *consumers[MAX_CONSUMERS];
static TRACEHANDLE last;

static Consumer *fail(Consumer *made, ULONG code) {
  free(made);
  SetLastError(code);
  return NULL;
}

Consumer *consumer_open(const WCHAR *name, bool raw, const char *function) {
  ULONG code;
  if (control_fails(function, name, &code)) return fail(NULL, code);
  Session *table = state_begin();
  Session *session = table == NULL || name == NULL ? NULL : find_session(table, name, 0);
  state_end();
  if (session == NULL) return fail(NULL, ERROR_WMI_INSTANCE_NOT_FOUND);
  Consumer *made = calloc(1, sizeof *made);
  if (made == NULL || !player_open(&made->player, session, raw)) return fail(made, ERROR_BAD_FORMAT);
  AcquireSRWLockExclusive(&lock);
  for (int i = 0; i < MAX_CONSUMERS; i++) {
    if (consumers[i] != NULL) continue;
    made->handle = ++last;
    consumers[i] = made;
    break;
  }
  ReleaseSRWLockExclusive(&lock);
  return made->handle == 0 ? fail(made, ERROR_NO_SYSTEM_RESOURCES) : made;
}

// With the lock held.
static Consumer **place_of(TRACEHANDLE handle) {
  for (int i = 0; i < MAX_CONSUMERS; i++)
    if (consumers[i] != NULL && consumers[i]->handle == handle) return &consumers[i];
  return NULL;
}

Consumer *consumer_begin(TRACEHANDLE handle) {
  AcquireSRWLockExclusive(&lock);
  Consumer **place = place_of(handle), *found = NULL;
  if (place != NULL && !(*place)->running) {
    found = *place;
    found->running = true;
  }
  ReleaseSRWLockExclusive(&lock);
  return found;
}

void each_consumer(void (*call)(Consumer *, void *), void *context) {
  AcquireSRWLockExclusive(&lock);
  for (int i = 0; i < MAX_CONSUMERS; i++)
    if (consumers[i] != NULL && consumers[i]->running) call(consumers[i], context);
  ReleaseSRWLockExclusive(&lock);
}

static void release(Consumer *consumer) {
  player_free(&consumer->player);
  free(consumer);
}

void consumer_end(Consumer *consumer) {
  AcquireSRWLockExclusive(&lock);
  consumer->running = false;
  bool closed = place_of(consumer->handle) == NULL;
  ReleaseSRWLockExclusive(&lock);
  if (closed) release(consumer);
}

ULONG consumer_close(TRACEHANDLE handle) {
  AcquireSRWLockExclusive(&lock);
  Consumer **place = place_of(handle), *found = place == NULL ? NULL : *place;
  bool running = found != NULL && found->running;
  if (place != NULL) *place = NULL;
  // Under the lock, so that the consumer cannot end and be released before.
  if (running) player_close(&found->player);
  ReleaseSRWLockExclusive(&lock);
  if (found == NULL) return ERROR_INVALID_HANDLE;
  if (!running) release(found);
  return running ? ERROR_CTX_CLOSE_PENDING : ERROR_SUCCESS;
}
