import {
  pythonsOf,
  shellQuote,
  type CompletionNode,
  type CompletionOption,
  type CompletionValue,
} from './model.ts';

/**
 * The completion script for zsh: works from a folder of `fpath` as `_wheelworks`, and when sourced.
 * @param identifiers all that a value of kind `identifier` may be.
 */
export function zshScript(
  nodes: readonly CompletionNode[],
  identifiers: readonly string[],
): string {
  return `#compdef wheelworks
# zsh completion of wheelworks, made by \`wheelworks completion zsh\`

# The Python first and then its platforms: all at once would be too many to read.
_wheelworks_identifier() {
  if [[ $PREFIX == *-* ]]; then
    compadd -- ${identifiers.join(' ')}
  else
    compadd -S '' -- ${pythonsOf(identifiers).join(' ')}
  fi
}

${nodes.map(nodeFunction).join('\n')}
if [[ $funcstack[1] == _wheelworks ]]; then
  _wheelworks "$@"
else
  compdef _wheelworks wheelworks
fi
`;
}

function nodeFunction(node: CompletionNode): string {
  const options = node.options.flatMap(optionSpecs);
  if (node.children.length === 0) {
    const operands = node.arguments.map(
      ({ name, variadic, value }, index) =>
        `${variadic ? '*' : index + 1}:${specText(name)}:${action(value)}`,
    );
    return `${functionName(node.path)}() {
  _arguments -s -S \\
${specLines([...options, ...operands])}
}
`;
  }
  const children = node.children.map(({ name, summary }) =>
    shellQuote(`${name}:${summary.replaceAll(':', '\\:')}`),
  );
  return `${functionName(node.path)}() {
  local line state curcontext="$curcontext"
  local -a commands=(
${children.map((child) => `    ${child}`).join('\n')}
  )
  _arguments -C -s -S \\
${specLines([...options, '1: :->command', '*:: :->rest'])} && return
  case $state in
    command) _describe -t commands command commands ;;
    rest)
      case $words[1] in
${node.children.map(({ name }) => `        ${name}) ${functionName([...node.path, name])} ;;`).join('\n')}
      esac
      ;;
  esac
}
`;
}

function functionName(path: readonly string[]): string {
  return ['_wheelworks', ...path].join('__').replaceAll('-', '_');
}

function specLines(specs: readonly string[]): string {
  return specs.map((spec) => `    ${shellQuote(spec)}`).join(' \\\n');
}

/** One specification for each way to write the option; the prefix keeps it from being offered twice. */
function optionSpecs(option: CompletionOption): string[] {
  const { short, long, repeatable, value } = option;
  const names = short === undefined ? [long] : [short, long];
  const prefix = repeatable ? '*' : `(${names.join(' ')})`;
  return names.map((name) => {
    const description = `[${specText(option.description)}]`;
    if (value === undefined) return `${prefix}${name}${description}`;
    // -o+ takes "-odir" and "-o dir"; --output= takes "--output=dir" and "--output dir".
    return `${prefix}${name}${name.startsWith('--') ? '=' : '+'}${description}:${specText(long.slice(2))}:${action(value)}`;
  });
}

function action(value: CompletionValue): string {
  if (value.choices.length > 0) return `(${value.choices.join(' ')})`;
  if (value.completes === 'identifier') return '_wheelworks_identifier';
  if (value.completes === 'directory') return '_files -/';
  return value.completes === 'file' ? '_files' : ' ';
}

function specText(text: string): string {
  return text.replaceAll(/[\\:[\]]/g, '\\$&');
}
