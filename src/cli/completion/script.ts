import type { Command } from '../command.ts';

/** A script that makes a shell complete `sigel`. The words come from the commands' own help, so that they cannot differ. */
export function completionScript(
  shell: 'bash' | 'zsh' | 'powershell',
  commands: readonly Pick<Command, 'name' | 'help'>[],
): string {
  const words = commands.map(({ name, help }) => [name, wordsIn(name, help)] as const);
  switch (shell) {
    case 'bash':
      return bash(words);
    case 'zsh':
      return `autoload -Uz bashcompinit && bashcompinit\n${bash(words)}`;
    case 'powershell':
      return powershell(words);
  }
}

type Words = readonly (readonly [command: string, words: readonly string[]])[];

/** What may follow a command: what its usage says behind its name, such as `install|start`, and its options. */
function wordsIn(name: string, help: string): string[] {
  const actions = help.matchAll(new RegExp(`^(?:Usage:| {6}) sigel ${name} ([a-z]+(?:\\|[a-z]+)*)\\b`, 'gm'));
  const found = Array.from(actions, ([, action = '']) => action.split('|')).flat();
  return [...new Set([...found, ...optionsIn(help)])];
}

/** Long options that a help text explains. */
function optionsIn(help: string): string[] {
  const found = help.matchAll(/^ {2,}(?:-\w, )?(--[a-z][a-z-]*)/gm);
  return [...new Set(Array.from(found, ([, option = '']) => option))];
}

/** Without a word of ours it completes files. */
function bash(words: Words): string {
  const cases = words
    .map(([command, options]) => `    ${command}) words='${options.join(' ')}' ;;\n`)
    .join('');
  return `_sigel() {
  local words current=\${COMP_WORDS[COMP_CWORD]}
  case \${COMP_WORDS[1]} in
${cases}    -*) words='${optionsOfRun(words).join(' ')}' ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words='${firstWords(words).join(' ')}'; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _sigel sigel
`;
}

function powershell(words: Words): string {
  const list = (items: readonly string[]) => `@(${items.map((item) => `'${item}'`).join(', ')})`;
  const table = words.map(([command, options]) => `    '${command}' = ${list(options)}\n`).join('');
  return `Register-ArgumentCompleter -Native -CommandName 'sigel', 'sigel.cmd' -ScriptBlock {
  param($word, $tree, $position)
  $options = @{
${table}  }
  $given = @($tree.CommandElements | ForEach-Object { $_.ToString() })
  $words = ${list(firstWords(words))}
  if ($given.Count -gt 2 -or ($given.Count -eq 2 -and $word -eq '')) {
    $words = $options[$given[1]]
    if ($given[1].StartsWith('-')) { $words = $options['run'] }
  }
  $words | Where-Object { $_ -like "$word*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}

function firstWords(words: Words): string[] {
  return [...words.map(([command]) => command), '--config', '--help', '--version'];
}

/** Options without a command run. */
function optionsOfRun(words: Words): readonly string[] {
  return words.find(([command]) => command === 'run')?.[1] ?? [];
}
