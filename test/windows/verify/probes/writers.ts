import { win32 } from 'node:path';
import process from 'node:process';
import { type Finding, judged } from '../finding.ts';
import { libraries } from '../observe.ts';
import { product } from '../product.ts';

/** Who can write where, by the access lists that every Windows has. */
export function writers(): readonly Finding[] {
  const whoElse = product.whoElseWritesHere(libraries);
  const { systemRoot } = product.placesFromEnvironment();
  const { ProgramFiles: programs = '', PUBLIC: shared = '' } = process.env;
  const cases = [
    [win32.join(systemRoot, 'System32', 'cmd.exe'), 'content', false],
    [programs, 'content', false],
    // Everybody may add to the root of the drive, and replace nothing there.
    [win32.parse(systemRoot).root, 'place', false],
    [shared, 'content', true],
  ] as const;
  return cases.map(([path, guarded, isShared]) => {
    const said = whoElse(path, guarded);
    const wrong =
      (said !== undefined) === isShared ? undefined : `${path} ${said ?? 'is for administrators alone'}`;
    return judged('writers', wrong, `${path} ${said ?? 'is for administrators alone'}`);
  });
}
