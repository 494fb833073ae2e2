import { privateFolders } from '../native/host_folder.ts';
import { Libraries, placesFromEnvironment } from '../native/libraries.ts';
import type { MakePrivateFolder } from './private_folder.ts';

/** {@link MakePrivateFolder} of this Windows. Only import it there: it loads koffi. */
export function hostFolders(): MakePrivateFolder {
  return privateFolders(new Libraries(placesFromEnvironment()));
}
