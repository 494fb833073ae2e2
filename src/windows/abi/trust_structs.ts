import { struct } from './layout.ts';

// The structs that verifying signatures needs. Checked as those of structs.ts are.

/** wintrust.h; of its union the member that files are passed by. The SDK has a field behind it that may be left out. */
export const WINTRUST_DATA = struct('WINTRUST_DATA', {
  cbStruct: 'uint32',
  pPolicyCallbackData: 'pointer',
  pSIPClientData: 'pointer',
  dwUIChoice: 'uint32',
  fdwRevocationChecks: 'uint32',
  dwUnionChoice: 'uint32',
  pFile: 'pointer',
  dwStateAction: 'uint32',
  hWVTStateData: 'pointer',
  pwszURLReference: 'pointer',
  dwProvFlags: 'uint32',
  dwUIContext: 'uint32',
});

/** wintrust.h */
export const WINTRUST_FILE_INFO = struct('WINTRUST_FILE_INFO', {
  cbStruct: 'uint32',
  pcwszFilePath: 'pointer',
  hFile: 'pointer',
  pgKnownSubject: 'pointer',
});

/** wintrust.h, as from Windows 8 on. */
export const WINTRUST_CATALOG_INFO = struct('WINTRUST_CATALOG_INFO', {
  cbStruct: 'uint32',
  dwCatalogVersion: 'uint32',
  pcwszCatalogFilePath: 'pointer',
  pcwszMemberTag: 'pointer',
  pcwszMemberFilePath: 'pointer',
  hMemberFile: 'pointer',
  pbCalculatedFileHash: 'pointer',
  cbCalculatedFileHash: 'uint32',
  pcCatalogContext: 'pointer',
  hCatAdmin: 'pointer',
});

/** mscat.h; MAX_PATH characters. */
export const CATALOG_INFO = struct('CATALOG_INFO', {
  cbStruct: 'uint32',
  wszCatalogFile: { of: 'uint16', count: 260 },
});

/** wintrust.h; only pCert, a CERT_CONTEXT, is read. */
export const CRYPT_PROVIDER_CERT = struct('CRYPT_PROVIDER_CERT', {
  cbStruct: 'uint32',
  pCert: 'pointer',
  fCommercial: 'int32',
  fTrustedRoot: 'int32',
  fSelfSigned: 'int32',
  fTestCert: 'int32',
  dwRevokedReason: 'uint32',
  dwConfidence: 'uint32',
  dwError: 'uint32',
  pTrustListContext: 'pointer',
  fTrustListSignerCert: 'int32',
  pCtlContext: 'pointer',
  dwCtlError: 'uint32',
  fIsCyclic: 'int32',
  pChainElement: 'pointer',
});

/** Every struct declared here. */
export const TRUST_STRUCTS = [
  WINTRUST_DATA,
  WINTRUST_FILE_INFO,
  WINTRUST_CATALOG_INFO,
  CATALOG_INFO,
  CRYPT_PROVIDER_CERT,
] as const;
