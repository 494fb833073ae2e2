import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { address, field, hexDigits, utf16Text } from './conversions.ts';
import type { ProviderMapping } from './mapping.ts';

// AMSI_RESULT of amsi.h: 0x4000 to 0x4fff are blocked by an administrator, from 0x8000 on it is malware.
const BLOCKED = 0x4000;

const NOTES = `What an application gave AMSI to scan, with the result. The body is the content where it is text (a script); an image
that is about to be loaded has none.`;

/** Microsoft-Antimalware-Scan-Interface. */
export const amsi: ProviderMapping = {
  guid: '2a576b87-09a7-520e-c21a-4942f0271d67',
  name: 'Microsoft-Antimalware-Scan-Interface',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    1101: {
      eventName: 'amsi.scan',
      severity: Severity.info,
      body: 'amsi scan by {windows.amsi.app}: {windows.amsi.content_name} (result {windows.amsi.result})',
      bodyField: 'content',
      bodyText: utf16Text,
      raise: {
        key: Attr.amsiResult,
        when: (result) => typeof result === 'number' && result >= BLOCKED,
        severity: Severity.warn,
        words: 'a result of 0x4000 or more (blocked or malware)',
      },
      fields: [
        field('session', Attr.amsiSession, address),
        field('scanResult', Attr.amsiResult),
        field('appname', Attr.amsiApp),
        field('contentname', Attr.amsiContentName),
        field('contentsize', Attr.amsiContentSize),
        field('originalsize', Attr.amsiOriginalSize),
        field('hash', Attr.amsiContentHash, hexDigits),
      ],
    },
  },
};
