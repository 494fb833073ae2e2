import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureFetched, step } from './node_builds.ts';
import type { Peer } from './peer.ts';

const GRAMMAR = '0.26.4';
const PARSER = '0.27.2';

/** The folder of a grammar of PowerShell and the parser for it, from the cache or npm. Nothing of them is compiled, or run by npm. */
export function ensurePowershellGrammar(): Promise<Peer> {
  return ensureFetched(`powershell-grammar-${GRAMMAR}-${PARSER}`, (folder) =>
    step('npm', [
      'install',
      '--prefix',
      folder,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      `tree-sitter-powershell@${GRAMMAR}`,
      `web-tree-sitter@${PARSER}`,
    ]),
  );
}

/** What is asked of a node of web-tree-sitter's tree. */
interface Node {
  readonly isError: boolean;
  readonly isMissing: boolean;
  readonly hasError: boolean;
  readonly startPosition: { readonly row: number };
  readonly text: string;
  readonly children: readonly Node[];
}

/** What is asked of web-tree-sitter. */
interface TreeSitter {
  readonly Parser: {
    new (): {
      setLanguage(language: unknown): void;
      parse(text: string): { readonly rootNode: Node };
    };
    init(): Promise<void>;
  };
  readonly Language: { load(path: string): Promise<unknown> };
}

/** What says of a script where it is no PowerShell: `line: text` of each place. */
export async function powershellParser(folder: string): Promise<(script: string) => string[]> {
  const modules = join(folder, 'node_modules');
  const entry = pathToFileURL(join(modules, 'web-tree-sitter', 'web-tree-sitter.js'));
  const { Parser, Language } = (await import(entry.href)) as TreeSitter;
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(
    await Language.load(join(modules, 'tree-sitter-powershell', 'tree-sitter-powershell.wasm')),
  );
  return (script) => errorsIn(parser.parse(script).rootNode);
}

function errorsIn(node: Node): string[] {
  if (node.isError || node.isMissing)
    return [`${node.startPosition.row + 1}: ${node.text.split('\n')[0]?.slice(0, 80)}`];
  return node.hasError ? node.children.flatMap(errorsIn) : [];
}
