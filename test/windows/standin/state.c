#include "state.h"
#include "text.h"
#include <stdio.h>
#include <string.h>

#define MAGIC 0x54534753u  // "SGST"
#define HEADER 4096

typedef struct {
  uint32_t magic, starts;
  struct {
    uint32_t place, wish, used;
  } failures[32];
} Header;

static Header *header;
static HANDLE mutex;
static INIT_ONCE once = INIT_ONCE_STATIC_INIT;

static void open_mutex(const WCHAR *path) {
  uint32_t hash = 2166136261u;
  for (; *path != 0; path++) hash = (hash ^ (uint32_t)*path) * 16777619u;
  WCHAR name[64];
  swprintf(name, 64, L"Local\\sigel-standin-%08x", hash);
  mutex = CreateMutexW(NULL, FALSE, name);
}

static BOOL CALLBACK open_state(INIT_ONCE *self, void *parameter, void **context) {
  (void)self, (void)parameter, (void)context;
  WCHAR path[PATH_SIZE];
  state_path(path, L"sessions");
  open_mutex(path);
  HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS,
                            0, NULL);
  if (file == INVALID_HANDLE_VALUE) return TRUE;
  DWORD size = HEADER + MAX_SESSIONS * sizeof(Session);
  HANDLE mapping = CreateFileMappingW(file, NULL, PAGE_READWRITE, 0, size, NULL);
  if (mapping != NULL) header = MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 0, size);
  // The view keeps the file open.
  if (mapping != NULL) CloseHandle(mapping);
  CloseHandle(file);
  if (header != NULL) header->magic = MAGIC;
  return TRUE;
}

Session *state_table(void) {
  InitOnceExecuteOnce(&once, open_state, NULL, NULL);
  return header == NULL ? NULL : (Session *)((char *)header + HEADER);
}

Session *state_begin(void) {
  Session *table = state_table();
  // Abandoned by a process that was killed: the counters are as good as they were.
  if (table != NULL) WaitForSingleObject(mutex, INFINITE);
  return table;
}

void state_end(void) {
  if (header != NULL) ReleaseMutex(mutex);
}

Session *find_session(Session *table, const WCHAR *name, uint64_t handle) {
  for (int i = 0; i < MAX_SESSIONS; i++) {
    if (table[i].state != SLOT_RUNNING) continue;
    if (name != NULL ? lstrcmpiW(table[i].name, name) == 0 : table[i].handle == handle) return &table[i];
  }
  return NULL;
}

uint32_t failures_used(uint32_t place, uint32_t wish) {
  if (state_begin() == NULL) return 0;
  uint32_t used = 0;
  for (int i = 0; i < 32; i++) {
    if (header->failures[i].place != 0 && header->failures[i].place != place) continue;
    if (header->failures[i].wish != wish) header->failures[i].used = 0;
    header->failures[i].place = place;
    header->failures[i].wish = wish;
    used = header->failures[i].used;
    if (wish != 0) header->failures[i].used++;
    break;
  }
  state_end();
  return used;
}

uint64_t next_handle(Session *table, Session *session) {
  return ((uint64_t)++header->starts << 16) | (uint64_t)(session - table + 1);
}
