import { npm } from './npm.ts';
import { sha256 } from './tree.ts';

/** A component of a CycloneDX document, as far as we make or change one. */
interface Component {
  readonly 'bom-ref': string;
  readonly [key: string]: unknown;
}

/** A CycloneDX 1.5 document as `npm sbom` writes it. */
export interface Sbom {
  readonly metadata: { readonly component: Component; readonly [key: string]: unknown };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
  readonly [key: string]: unknown;
}

/** The bill of materials of a package's folder: what is installed in it, or with `lockOnly` what its lock names. */
export function sbomOf(folder: string, { lockOnly = false } = {}): Sbom {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--omit', 'dev'];
  return settled(JSON.parse(npm(lockOnly ? [...args, '--package-lock-only'] : args, folder)) as Sbom);
}

/** The node.exe that a release brings, as a component of it. */
export function withNode(sbom: Sbom, version: string, digest: string): Sbom {
  const ref = `node@${version}`;
  const root = sbom.metadata.component['bom-ref'];
  const node: Component = {
    'bom-ref': ref,
    type: 'platform',
    name: 'node',
    version,
    supplier: { name: 'OpenJS Foundation' },
    purl: `pkg:generic/node@${version}?download_url=https%3A%2F%2Fnodejs.org%2Fdist%2Fv${version}%2Fwin-x64%2Fnode.exe`,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    hashes: [{ alg: 'SHA-256', content: digest }],
    licenses: [{ license: { id: 'MIT' } }],
  };
  const dependencies = sbom.dependencies.map((entry) =>
    entry.ref === root ? { ...entry, dependsOn: [...(entry.dependsOn ?? []), ref] } : entry,
  );
  return settled({
    ...sbom,
    components: [...sbom.components, node],
    dependencies: [...dependencies, { ref, dependsOn: [] }],
  });
}

/** Without the moment, and with a serial number that the content decides; npm calls the root like its folder. */
function settled(sbom: Sbom): Sbom {
  const { timestamp: _, component, ...metadata } = sbom.metadata;
  const { serialNumber: __, ...rest } = sbom;
  const name = component['bom-ref'].replace(/@[^@]*$/, '');
  const document = { ...rest, metadata: { ...metadata, component: { ...component, name } } };
  return { ...document, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(document))}` };
}

/** A UUID of version 8 (RFC 9562: what its maker chooses), made of the SHA-256 of a text. */
function uuidOf(text: string): string {
  const hex = sha256(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
