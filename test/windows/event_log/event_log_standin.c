// A stand-in for what wevtapi.dll tells of one log. SIGEL_STANDIN_EVENT_LOG: a file of UTF-16, an event's XML a line,
// whose record ids count from 1; it may grow while it is read. The channel Denied refuses, others are not there.
#include <windows.h>
#include <stdlib.h>
#include <wchar.h>
#include <winevt.h>

#define EXPORT __declspec(dllexport)
#define SUBSCRIPTION ((EVT_HANDLE)0x1000)
#define BOOKMARK 0x100000
#define EVENT 0x200000

static LONG open_handles;
static ULONG last;

static wchar_t *read_log(size_t *units) {
  const wchar_t *path = _wgetenv(L"SIGEL_STANDIN_EVENT_LOG");
  HANDLE file = CreateFileW(path == NULL ? L"" : path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return NULL;
  DWORD size = GetFileSize(file, NULL), got = 0;
  wchar_t *text = calloc(size / 2 + 1, sizeof(wchar_t));
  if (text != NULL && !ReadFile(file, text, size & ~1u, &got, NULL)) got = 0;
  CloseHandle(file);
  *units = got / 2;
  return text;
}

// The XML of an event, to be freed; NULL where there is none of this id.
static wchar_t *xml_of(ULONG id) {
  size_t units = 0;
  wchar_t *text = read_log(&units), *from = text, *found = NULL;
  for (ULONG line = 1; text != NULL && *from != 0; line++) {
    wchar_t *end = wcschr(from, L'\n');
    if (end == NULL) break;
    *end = 0;
    if (line == id) {
      found = _wcsdup(from);
      break;
    }
    from = end + 1;
  }
  free(text);
  return found;
}

static BOOL exists(ULONG id) {
  wchar_t *xml = xml_of(id);
  free(xml);
  return xml != NULL;
}

static EVT_HANDLE opened(ULONG_PTR handle) {
  InterlockedIncrement(&open_handles);
  return (EVT_HANDLE)handle;
}

EXPORT EVT_HANDLE WINAPI EvtSubscribe(EVT_HANDLE session, HANDLE signal, LPCWSTR channel, LPCWSTR query, EVT_HANDLE bookmark,
                                      PVOID context, EVT_SUBSCRIBE_CALLBACK callback, DWORD flags) {
  DWORD code = 0;
  // Pull mode wants an event to signal, and a bookmark just where the flags say so.
  if (session != NULL || signal == NULL || context != NULL || callback != NULL || wcscmp(query, L"*") != 0) code = ERROR_INVALID_PARAMETER;
  else if ((flags == EvtSubscribeStartAfterBookmark) != (bookmark != NULL)) code = ERROR_INVALID_PARAMETER;
  else if (wcscmp(channel, L"Denied") == 0) code = ERROR_ACCESS_DENIED;
  else if (wcscmp(channel, L"Security") != 0) code = ERROR_EVT_CHANNEL_NOT_FOUND;
  SetLastError(code);
  if (code != 0) return NULL;
  last = bookmark == NULL ? 0 : (ULONG)((ULONG_PTR)bookmark - BOOKMARK);
  if (flags == EvtSubscribeToFutureEvents)
    while (exists(last + 1)) last++;
  return opened((ULONG_PTR)SUBSCRIPTION);
}

EXPORT BOOL WINAPI EvtNext(EVT_HANDLE set, DWORD size, EVT_HANDLE *events, DWORD timeout, DWORD flags, PDWORD returned) {
  *returned = 0;
  if (set != SUBSCRIPTION || timeout != 0 || flags != 0) {
    SetLastError(ERROR_INVALID_PARAMETER);
    return FALSE;
  }
  while (*returned < size && exists(last + 1)) events[(*returned)++] = opened(EVENT + ++last);
  if (*returned == 0) SetLastError(ERROR_NO_MORE_ITEMS);
  return *returned > 0;
}

EXPORT EVT_HANDLE WINAPI EvtCreateBookmark(LPCWSTR xml) {
  const wchar_t *id = xml == NULL ? NULL : wcsstr(xml, L"RecordId='");
  if (xml != NULL && id == NULL) {
    SetLastError(ERROR_INVALID_PARAMETER);
    return NULL;
  }
  return opened(BOOKMARK + (id == NULL ? 0 : wcstoul(id + 10, NULL, 10)));
}

static ULONG updated;

EXPORT BOOL WINAPI EvtUpdateBookmark(EVT_HANDLE bookmark, EVT_HANDLE event) {
  if ((ULONG_PTR)bookmark < BOOKMARK || (ULONG_PTR)event < EVENT) return FALSE;
  updated = (ULONG)((ULONG_PTR)event - EVENT);
  return TRUE;
}

EXPORT BOOL WINAPI EvtRender(EVT_HANDLE context, EVT_HANDLE fragment, DWORD flags, DWORD size, PVOID buffer, PDWORD used, PDWORD properties) {
  wchar_t bookmark[128], *xml = bookmark;
  *properties = 0;
  if (context != NULL) return FALSE;
  if (flags == EvtRenderBookmark)
    swprintf(bookmark, 128, L"<BookmarkList>\r\n  <Bookmark Channel='Security' RecordId='%lu' IsCurrent='true'/>\r\n</BookmarkList>", updated);
  else
    xml = xml_of((ULONG)((ULONG_PTR)fragment - EVENT));
  if (xml == NULL) {
    SetLastError(ERROR_INVALID_HANDLE);
    return FALSE;
  }
  *used = (DWORD)((wcslen(xml) + 1) * sizeof(wchar_t));
  BOOL fits = *used <= size;
  if (fits) memcpy(buffer, xml, *used);
  if (xml != bookmark) free(xml);
  SetLastError(fits ? ERROR_SUCCESS : ERROR_INSUFFICIENT_BUFFER);
  return fits;
}

EXPORT BOOL WINAPI EvtClose(EVT_HANDLE handle) {
  if (handle == NULL) return FALSE;
  InterlockedDecrement(&open_handles);
  return TRUE;
}

/** How many are open: for the test that none is kept. */
EXPORT ULONG StandinOpenHandles(void) { return (ULONG)open_handles; }
