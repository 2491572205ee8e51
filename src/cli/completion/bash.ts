import {
  pythonsOf,
  shellQuote,
  valueFlags,
  type CompletionNode,
  type CompletionValue,
} from './model.ts';

/**
 * The completion script for bash 3.2 (macOS) and newer. It needs no bash-completion package, and runs no wheelworks
 * while somebody types.
 * @param identifiers all that a value of kind `identifier` may be.
 */
export function bashScript(
  nodes: readonly CompletionNode[],
  identifiers: readonly string[],
): string {
  return `# bash completion of wheelworks, made by \`wheelworks completion bash\`

# What completes the value of option $2 at place $1: words, "<file>", "<directory>", "<identifier>" or "<nothing>".
# Fails for a switch.
_wheelworks_option_value() {
  case "$1:$2" in
${optionCases(nodes)}
    *) return 1 ;;
  esac
}

# What completes operand number $2 at place $1.
_wheelworks_operand() {
  case "$1:$2" in
${operandCases(nodes)}
    *) REPLY='<nothing>' ;;
  esac
}

# The options at place $1.
_wheelworks_options() {
  case "$1" in
${nodes.map((node) => `    ${placePattern(node)}) REPLY=${quoteWords(optionWords(node))} ;;`).join('\n')}
    *) REPLY='' ;;
  esac
}

# Offers what completes $2, as $1 tells.
_wheelworks_offer() {
  local word
  case "$1" in
    '<nothing>') ;;
    '<file>' | '<directory>')
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do
        COMPREPLY+=("$word")
      done < <(if [[ $1 == '<file>' ]]; then compgen -f -- "$2"; else compgen -d -- "$2"; fi)
      ;;
    '<identifier>')
      # The Python first and then its platforms: all at once would be too many to read.
      if [[ $2 != *-* ]] && compopt -o nospace 2>/dev/null; then
        _wheelworks_offer ${quoteWords(pythonsOf(identifiers))} "$2"
      else
        _wheelworks_offer ${quoteWords(identifiers)} "$2"
      fi
      ;;
    *)
      while IFS= read -r word; do
        COMPREPLY+=("$word")
      done < <(compgen -W "$1" -- "$2")
      ;;
  esac
}

_wheelworks() {
  local cur=\${COMP_WORDS[COMP_CWORD]} place='' option='' only_operands='' operand=0 word index REPLY
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    # bash cuts --option=value into three words.
    if [[ $word == '=' ]]; then continue; fi
    if [[ -n $option ]]; then
      option=''
    elif [[ -z $only_operands && $word == '--' ]]; then
      only_operands=1
    elif [[ -z $only_operands && $word == -* ]]; then
      if _wheelworks_option_value "$place" "$word"; then option=$word; fi
    else
      case "$place/$word" in
${childCases(nodes)}
        *) operand=$((operand + 1)) ;;
      esac
    fi
  done
  if [[ -n $option ]]; then
    if [[ $cur == '=' ]]; then cur=''; fi
    _wheelworks_option_value "$place" "$option"
  elif [[ -z $only_operands && $cur == -* ]]; then
    _wheelworks_options "$place"
  else
    _wheelworks_operand "$place" "$operand"
  fi
  _wheelworks_offer "$REPLY" "$cur"
}

complete -F _wheelworks wheelworks
`;
}

function optionCases(nodes: readonly CompletionNode[]): string {
  return nodes
    .flatMap((node) =>
      valueFlags(node).map(({ flags, value }) => {
        const patterns = flags.map((flag) => shellQuote(`${placeOf(node)}:${flag}`)).join(' | ');
        return `    ${patterns}) REPLY=${replyOf(value)} ;;`;
      }),
    )
    .join('\n');
}

function operandCases(nodes: readonly CompletionNode[]): string {
  return nodes
    .flatMap((node) => {
      const place = placeOf(node);
      if (node.children.length > 0) {
        const names = node.children.map((child) => child.name);
        return [`    ${shellQuote(`${place}:0`)}) REPLY=${quoteWords(names)} ;;`];
      }
      return node.arguments.map(({ variadic, value }, index) => {
        const pattern = variadic ? `${shellQuote(`${place}:`)}*` : shellQuote(`${place}:${index}`);
        return `    ${pattern}) REPLY=${replyOf(value)} ;;`;
      });
    })
    .join('\n');
}

function childCases(nodes: readonly CompletionNode[]): string {
  return nodes
    .filter((node) => node.path.length > 0)
    .map((node) => {
      const parent = node.path.slice(0, -1).join(' ');
      return `        ${shellQuote(`${parent}/${node.path.at(-1)}`)}) place=${shellQuote(placeOf(node))} ;;`;
    })
    .join('\n');
}

function placeOf(node: CompletionNode): string {
  return node.path.join(' ');
}

function placePattern(node: CompletionNode): string {
  return shellQuote(placeOf(node));
}

function optionWords(node: CompletionNode): string[] {
  return node.options.flatMap(({ short, long }) => (short === undefined ? [long] : [short, long]));
}

function replyOf(value: CompletionValue): string {
  if (value.choices.length > 0) return quoteWords(value.choices);
  return shellQuote(`<${value.completes ?? 'nothing'}>`);
}

function quoteWords(words: readonly string[]): string {
  return shellQuote(words.join(' '));
}
