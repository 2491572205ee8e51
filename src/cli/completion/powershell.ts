import {
  pythonsOf,
  type CompletionNode,
  type CompletionOption,
  type CompletionValue,
} from './model.ts';

/**
 * The completion script for Windows PowerShell 5.1 and PowerShell 7. Where it offers nothing, PowerShell completes file
 * names by itself.
 *
 * Its entries are tables, never lists of lists: PowerShell takes a list with one element for the element.
 * @param identifiers all that a value of kind `identifier` may be.
 */
export function powershellScript(
  nodes: readonly CompletionNode[],
  identifiers: readonly string[],
): string {
  return `# PowerShell completion of wheelworks, made by \`wheelworks completion powershell\`

Register-ArgumentCompleter -Native -CommandName wheelworks -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # Build identifiers: the Python first and then its platforms.
    $names = if ($wordToComplete.Contains('-')) {
        ${identifiers.map(quote).join(', ')}
    } else {
        ${pythonsOf(identifiers).map(quote).join(', ')}
    }
    $identifiers = @($names | ForEach-Object { @{ Name = $_; Says = $_ } })

    # For each place: the commands and options that may follow, and the choices of the operands.
    $places = @{
${nodes.map(placeEntry).join('\n')}
    }

    $place = ''
    $option = $null
    $operand = 0
    foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
        # The word being typed is not yet part of the place.
        if ($element.Extent.EndOffset -ge $cursorPosition -and $wordToComplete -ne '') { break }
        $word = $element.ToString()
        $deeper = "$place $word".Trim()
        if ($null -ne $option) {
            $option = $null
        } elseif ($word.StartsWith('-')) {
            $option = $places[$place].Options |
                Where-Object { $_.Name -ceq $word -and $_.TakesValue } | Select-Object -First 1
        } elseif ($places.ContainsKey($deeper)) {
            $place = $deeper
        } else {
            $operand++
        }
    }

    $current = $places[$place]
    $offers = if ($null -ne $option) {
        $option.Choices
    } elseif ($wordToComplete.StartsWith('-')) {
        $current.Options
    } elseif ($current.Commands.Count -gt 0) {
        $current.Commands
    } elseif ($current.Operands.Count -gt 0) {
        $current.Operands[[Math]::Min($operand, $current.Operands.Count - 1)].Choices
    }
    foreach ($offer in $offers) {
        if ($offer.Name.StartsWith($wordToComplete, [StringComparison]::Ordinal)) {
            [System.Management.Automation.CompletionResult]::new(
                $offer.Name, $offer.Name, 'ParameterValue', $offer.Says)
        }
    }
}
`;
}

function placeEntry(node: CompletionNode): string {
  const commands = node.children.map(({ name, summary }) => offer(name, summary));
  const options = node.options.flatMap(optionEntries);
  const operands = node.arguments.map(({ value }) => `@{ Choices = ${choices(value)} }`);
  return `        ${quote(node.path.join(' '))} = @{
            Commands = ${list(commands)}
            Options = ${list(options)}
            Operands = ${list(operands)}
        }`;
}

function optionEntries(option: CompletionOption): string[] {
  const { short, long, description, value } = option;
  const takesValue = value === undefined ? '$false' : '$true';
  return (short === undefined ? [long] : [short, long]).map(
    (name) =>
      `@{ Name = ${quote(name)}; Says = ${quote(description)}; TakesValue = ${takesValue}; ` +
      `Choices = ${value === undefined ? '@()' : choices(value)} }`,
  );
}

function choices(value: CompletionValue): string {
  if (value.completes === 'identifier') return '$identifiers';
  return `@(${value.choices.map((choice) => offer(choice, choice)).join(', ')})`;
}

function offer(name: string, says: string): string {
  return `@{ Name = ${quote(name)}; Says = ${quote(says)} }`;
}

function list(entries: readonly string[]): string {
  if (entries.length === 0) return '@()';
  return `@(\n${entries.map((entry) => `                ${entry}`).join(',\n')}\n            )`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
