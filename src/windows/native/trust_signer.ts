import { view } from 'koffi';
import { CERT_NAME_SIMPLE_DISPLAY_TYPE } from '../abi/trust_constants.ts';
import { CRYPT_PROVIDER_CERT } from '../abi/trust_structs.ts';
import { parameters } from './host_calls.ts';
import { fromWide } from './host_text.ts';
import type { Libraries, LibraryName } from './libraries.ts';

/** Characters; X.520 bounds a common name at 64, and who makes certificates may not care. */
const MAX_SUBJECT = 256;

type AddressCall = (...args: readonly (number | bigint)[]) => number | bigint;

/**
 * The name in the certificate of the first signer, while Windows keeps the state of a verification (hWVTStateData).
 * Undefined where there is none, or this system lacks a function for it.
 */
export function signerOf(libraries: Libraries): (state: bigint) => string | undefined {
  const provider = addressCall(libraries, 'wintrust', 'WTHelperProvDataFromStateData', 'h');
  const signer = addressCall(libraries, 'wintrust', 'WTHelperGetProvSignerFromChain', 'hnnn');
  const certificate = addressCall(libraries, 'wintrust', 'WTHelperGetProvCertFromChain', 'hn');
  const name = nameCall(libraries);
  return (state) => {
    const data = state === 0n ? 0n : provider(state);
    const chain = data === 0n ? 0n : signer(data, 0, 0, 0);
    const found = chain === 0n ? 0n : certificate(chain, 0);
    return found === 0n ? undefined : name(contextOf(found));
  };
}

function contextOf(certificate: bigint): bigint {
  const { size, at } = CRYPT_PROVIDER_CERT;
  return new DataView(view(certificate, size)).getBigUint64(at.pCert, true);
}

// A function that gives an address; nothing where it is not there.
function addressCall(libraries: Libraries, library: LibraryName, name: string, letters: string) {
  const found = libraries.find<AddressCall>(library, name, 'uint64', parameters(letters));
  return (...args: readonly (number | bigint)[]): bigint =>
    found.kind === 'found' ? BigInt(found.call(...args)) : 0n;
}

function nameCall(libraries: Libraries): (certificate: bigint) => string | undefined {
  type Call = (...args: readonly (number | bigint | ArrayBufferView | null)[]) => number;
  const found = libraries.find<Call>('crypt32', 'CertGetNameStringW', 'uint32', parameters('hnnppn'));
  if (found.kind !== 'found') return () => undefined;
  return (certificate) => {
    const text = new Uint16Array(MAX_SUBJECT);
    if (certificate !== 0n)
      found.call(certificate, CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, null, text, MAX_SUBJECT);
    return fromWide(text) || undefined;
  };
}
