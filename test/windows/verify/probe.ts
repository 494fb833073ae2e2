import { writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { type Finding, findingLines } from './finding.ts';

// `node probe.ts FOLDER OUTPUT|- NAME[,NAME]... [ARGUMENT]...`: runs checks on the Sigel in FOLDER and writes
// their findings, a line of JSON each. `list` names the checks.
const [, , , output = '-', names = 'list', ...args] = process.argv;

async function findings(name: string): Promise<readonly Finding[]> {
  try {
    const { HELPERS, PROBES } = await import('./probes.ts');
    if (name === 'list') {
      process.stdout.write(`${Object.keys(PROBES).join('\n')}\n`);
      return [];
    }
    const probe = { ...PROBES, ...HELPERS }[name];
    if (probe === undefined) return [{ point: name, verdict: 'FAIL', reason: 'there is no such check' }];
    return await probe(Number(release().split('.')[2]), args);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ point: name, verdict: 'FAIL', reason }];
  }
}

const found: Finding[] = [];
for (const name of names.split(',')) found.push(...(await findings(name)));
const text = findingLines(found);
if (output === '-') process.stdout.write(text);
else writeFileSync(output, text);
process.exitCode = text.includes('"verdict":"FAIL"') ? 1 : 0;
