import {
  pythonsOf,
  valueFlags,
  type CompletionNode,
  type CompletionOption,
  type CompletionValue,
} from './model.ts';

/**
 * The completion script for fish 3 and newer.
 * @param identifiers all that a value of kind `identifier` may be.
 */
export function fishScript(
  nodes: readonly CompletionNode[],
  identifiers: readonly string[],
): string {
  const places = nodes.filter((node) => node.path.length > 0).map(placeOf);
  const valued = nodes.flatMap((node) =>
    valueFlags(node).flatMap(({ flags }) => flags.map((flag) => `${placeOf(node)}:${flag}`)),
  );
  return `# fish completion of wheelworks, made by \`wheelworks completion fish\`

# Succeeds when the words before the cursor lead to the command $argv[1] and no further, with at least $argv[2] and at
# most $argv[3] operands after it.
function __wheelworks_at
    set -l places ${places.map(quote).join(' ')}
    # Options that take a value, behind the command they belong to.
    set -l valued ${valued.map(quote).join(' ')}
    set -l words (commandline -opc)
    set -e words[1]
    set -l place ''
    set -l operands 0
    set -l is_value 0
    for word in $words
        set -l deeper (string trim -- "$place $word")
        if test $is_value -eq 1
            set is_value 0
        else if contains -- "$place:$word" $valued
            set is_value 1
        else if contains -- "$deeper" $places
            set place $deeper
        else if not string match -q -- '-*' "$word"
            set operands (math $operands + 1)
        end
    end
    test "$place" = "$argv[1]" -a $operands -ge $argv[2] -a $operands -le $argv[3]
end

# Build identifiers: the Python first and then its platforms. fish puts no space after a word that ends in -.
function __wheelworks_identifier
    if string match -q -- '*-*' (commandline -ct)
        printf '%s\\n' ${identifiers.join(' ')}
    else
        printf '%s\\n' ${pythonsOf(identifiers).join(' ')}
    end
end

complete -c wheelworks -f
${nodes.flatMap(nodeLines).join('\n')}
`;
}

const ANY_NUMBER = 9999;

function nodeLines(node: CompletionNode): string[] {
  return [
    ...node.children.map(
      ({ name, summary }) => `${when(node, 0, 0)} -a ${quote(name)} -d ${quote(summary)}`,
    ),
    ...node.arguments.map(
      ({ variadic, value }, index) =>
        when(node, index, variadic ? ANY_NUMBER : index) + operandFlags(value),
    ),
    ...node.options.map((option) => when(node, 0, ANY_NUMBER) + optionFlags(option)),
  ];
}

function when(node: CompletionNode, least: number, most: number): string {
  return `complete -c wheelworks -n ${quote(`__wheelworks_at ${quote(placeOf(node))} ${least} ${most}`)}`;
}

function placeOf(node: CompletionNode): string {
  return node.path.join(' ');
}

function optionFlags(option: CompletionOption): string {
  const short = option.short === undefined ? '' : ` -s ${option.short.slice(1)}`;
  const value = option.value === undefined ? '' : optionValueFlags(option.value);
  return `${short} -l ${option.long.slice(2)}${value} -d ${quote(option.description)}`;
}

function optionValueFlags(value: CompletionValue): string {
  if (value.completes === 'file' && value.choices.length === 0) return ' -r -F';
  return ` -x${operandFlags(value)}`;
}

function operandFlags(value: CompletionValue): string {
  if (value.choices.length > 0) return ` -a ${quote(value.choices.join(' '))}`;
  if (value.completes === 'identifier') return ` -a '(__wheelworks_identifier)'`;
  if (value.completes === 'directory') return ` -a '(__fish_complete_directories)'`;
  return value.completes === 'file' ? ' -F' : '';
}

/** A fish word: within single quotes only the quote and the backslash mean something. */
function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
