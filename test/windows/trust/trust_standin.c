// A stand-in for what wintrust.dll says of catalogs, of which Wine has half. A file is listed by what its byte at 2 says: 0 by no
// catalog, 1 by the digest SHA1 alone, anything else by SHA256. SIGEL_STANDIN_SILENT: no search finds anything.
// SIGEL_STANDIN_OPEN: a file for what is open: contexts, catalogs, verifications. What is asked otherwise than Windows wants it fails.
#include <windows.h>
#include <wintrust.h>
#include <softpub.h>
#include <mscat.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define EXPORT __declspec(dllexport)
#define CATALOG ((HCATINFO)0x3003)
#define CATALOG_FILE L"C:\\standin.cat"

static LONG contexts, catalogs, states;

static void tell(LONG *count, LONG change) {
  char path[MAX_PATH];
  InterlockedAdd(count, change);
  if (!GetEnvironmentVariableA("SIGEL_STANDIN_OPEN", path, sizeof path)) return;
  FILE *file = fopen(path, "w");
  if (file == NULL) return;
  fprintf(file, "%ld %ld %ld", contexts, catalogs, states);
  fclose(file);
}

// A context is the number of bytes of its digest, above a base.
static DWORD digest_size(HCATADMIN admin) { return (DWORD)((ULONG_PTR)admin - 0x1000); }

EXPORT BOOL WINAPI CryptCATAdminAcquireContext2(HCATADMIN *admin, const GUID *subsystem, PCWSTR algorithm,
                                                const CERT_STRONG_SIGN_PARA *policy, DWORD flags) {
  static const GUID system = DRIVER_ACTION_VERIFY;
  DWORD size = wcscmp(algorithm, L"SHA256") == 0 ? 32 : wcscmp(algorithm, L"SHA1") == 0 ? 20 : 0;
  if (!IsEqualGUID(subsystem, &system) || size == 0 || policy != NULL || flags != 0) return FALSE;
  *admin = (HCATADMIN)(ULONG_PTR)(0x1000 + size);
  tell(&contexts, 1);
  return TRUE;
}

EXPORT BOOL WINAPI CryptCATAdminReleaseContext(HCATADMIN admin, DWORD flags) {
  (void)admin, (void)flags;
  tell(&contexts, -1);
  return TRUE;
}

EXPORT BOOL WINAPI CryptCATAdminCalcHashFromFileHandle2(HCATADMIN admin, HANDLE file, DWORD *size, BYTE *digest,
                                                        DWORD flags) {
  BYTE head[3];
  DWORD read = 0;
  OVERLAPPED start = {0};
  if (flags != 0 || *size < digest_size(admin)) return FALSE;
  if (!ReadFile(file, head, sizeof head, &read, &start) || read != sizeof head) return FALSE;
  *size = digest_size(admin);
  memset(digest, 0xab, *size);
  digest[0] = head[2];
  return TRUE;
}

EXPORT HCATINFO WINAPI CryptCATAdminEnumCatalogFromHash(HCATADMIN admin, BYTE *digest, DWORD size, DWORD flags,
                                                        HCATINFO *previous) {
  if (size != digest_size(admin) || flags != 0 || previous != NULL || digest[1] != 0xab) return NULL;
  if (GetEnvironmentVariableA("SIGEL_STANDIN_SILENT", NULL, 0) || digest[0] == 0) return NULL;
  if ((digest[0] == 1) != (size == 20)) return NULL;
  tell(&catalogs, 1);
  return CATALOG;
}

EXPORT BOOL WINAPI CryptCATCatalogInfoFromContext(HCATINFO catalog, CATALOG_INFO *info, DWORD flags) {
  if (catalog != CATALOG || info->cbStruct != sizeof *info || flags != 0) return FALSE;
  wcscpy(info->wszCatalogFile, CATALOG_FILE);
  return TRUE;
}

EXPORT BOOL WINAPI CryptCATAdminReleaseCatalogContext(HCATADMIN admin, HCATINFO catalog, DWORD flags) {
  (void)admin, (void)flags;
  if (catalog == CATALOG) tell(&catalogs, -1);
  return TRUE;
}

// The tag is the digest in capitals.
static BOOL is_member(const WINTRUST_CATALOG_INFO *info) {
  WCHAR tag[2 * 64 + 1];
  if (info->cbCalculatedFileHash != digest_size(info->hCatAdmin)) return FALSE;
  for (DWORD i = 0; i < info->cbCalculatedFileHash; i++) swprintf(tag + 2 * i, 3, L"%02X", info->pbCalculatedFileHash[i]);
  return info->cbStruct == sizeof *info && wcscmp(info->pcwszMemberTag, tag) == 0 &&
         wcscmp(info->pcwszCatalogFilePath, CATALOG_FILE) == 0 && wcslen(info->pcwszMemberFilePath) > 3 &&
         GetFileType(info->hMemberFile) == FILE_TYPE_DISK;
}

EXPORT LONG WINAPI WinVerifyTrust(HWND window, GUID *action, void *asked) {
  static const GUID authenticode = WINTRUST_ACTION_GENERIC_VERIFY_V2;
  WINTRUST_DATA *data = asked;
  if (data->dwStateAction == WTD_STATEACTION_CLOSE) {
    tell(&states, -1);
    return 0;
  }
  tell(&states, 1);
  if (window != INVALID_HANDLE_VALUE || !IsEqualGUID(action, &authenticode)) return TRUST_E_ACTION_UNKNOWN;
  if (data->dwUIChoice != WTD_UI_NONE || data->dwProvFlags != WTD_CACHE_ONLY_URL_RETRIEVAL) return TRUST_E_FAIL;
  if (data->dwUnionChoice != WTD_CHOICE_CATALOG) return TRUST_E_NOSIGNATURE;
  return is_member(data->pCatalog) ? 0 : TRUST_E_FAIL;
}
