// What programs built with Go take random bytes from, and Wine 8 lacks.
#include <windows.h>

BOOLEAN WINAPI SystemFunction036(void *buffer, ULONG length); // RtlGenRandom

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *data, SIZE_T length) {
  return SystemFunction036(data, (ULONG)length) ? TRUE : FALSE;
}
