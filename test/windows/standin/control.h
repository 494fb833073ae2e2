// control.ini: what the test wants. `key.<session>=` goes before `key=`.
#ifndef STANDIN_CONTROL_H
#define STANDIN_CONTROL_H
#include "standin.h"

bool control_text(const char *key, const WCHAR *session, char *out, size_t size);
int64_t control_number(const char *key, const WCHAR *session, int64_t otherwise);
// Whether `fail.<function>=<code>[:times]` (or fail.<function>.<what>) wants this call to fail, and how.
bool control_fails(const char *function, const WCHAR *what, ULONG *code);

#endif
