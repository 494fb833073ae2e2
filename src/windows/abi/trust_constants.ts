// Numbers of wintrust.h, softpub.h, wincrypt.h, winerror.h and fileapi.h that verifying signatures needs, from the headers of
// mingw-w64 10.0.

/** softpub.h WINTRUST_ACTION_GENERIC_VERIFY_V2: Authenticode. */
export const GENERIC_VERIFY_V2 = '00aac56b-cd44-11d0-8cc2-00c04fc295ee';

/** softpub.h DRIVER_ACTION_VERIFY: the catalogs of Windows itself and of drivers. */
export const SYSTEM_CATALOGS = 'f750e6c3-38ee-11d1-85e5-00c04fc295ee';

/** WINTRUST_DATA's fields. */
export const Trust = {
  uiNone: 2,
  revokeNone: 0,
  choiceFile: 1,
  choiceCatalog: 2,
  stateVerify: 1,
  stateClose: 2,
  /** WTD_CACHE_ONLY_URL_RETRIEVAL: nothing is fetched from a network. */
  cacheOnly: 0x1000,
} as const;

/** wincrypt.h CERT_NAME_SIMPLE_DISPLAY_TYPE: the common name, else the next that there is. */
export const CERT_NAME_SIMPLE_DISPLAY_TYPE = 4;

/** CreateFileW's arguments. */
export const FileOpen = {
  genericRead: 0x8000_0000,
  /** FILE_SHARE_READ, _WRITE and _DELETE: nobody is kept from anything. */
  shareAll: 7,
  openExisting: 3,
  /** FILE_FLAG_OPEN_REPARSE_POINT: a link is opened itself, not what it leads to. */
  reparsePoint: 0x0020_0000,
} as const;

/** What WinVerifyTrust answers; winerror.h. */
export const TrustAnswer = {
  trusted: 0,
  noSignature: 0x800b_0100,
  badDigest: 0x8009_6010,
  expired: 0x800b_0101,
  untrustedRoot: 0x800b_0109,
  chaining: 0x800b_010a,
  revoked: 0x800b_010c,
  explicitDistrust: 0x800b_0111,
} as const;
