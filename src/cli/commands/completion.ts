import { EXIT, defineCommand, type RunnableCommand } from '../command.ts';
import { loadAll } from '../registry.ts';

/** `wheelworks completion <shell>` */
export const command: RunnableCommand = defineCommand({
  name: 'completion',
  summary: 'print a script that completes commands in your shell',
  description:
    'Prints a script that teaches a shell to complete the commands, options, choices, build identifiers and file names of wheelworks. ' +
    'It runs nothing while you type. Print it again after an update of wheelworks.',
  arguments: [
    {
      name: 'shell',
      description: 'the shell',
      choices: ['bash', 'zsh', 'fish', 'powershell'],
    },
  ],
  options: {},
  examples: [
    {
      run: `echo 'source <(wheelworks completion bash)' >> ~/.bashrc`,
      explains: 'bash: complete in every new shell',
    },
    {
      run: 'wheelworks completion zsh > "${fpath[1]}/_wheelworks"',
      explains: 'zsh: the folder must be in fpath before compinit runs',
    },
    {
      run: 'wheelworks completion fish > ~/.config/fish/completions/wheelworks.fish',
      explains: 'fish: loaded when first needed',
    },
    {
      run: 'wheelworks completion powershell | Out-String | Invoke-Expression',
      explains: 'PowerShell: put this line into the file that $PROFILE names',
    },
  ],
  async run({ shell }, _, context) {
    const { completionNodes } = await import('../completion/model.ts');
    const { buildIdentifiers } = await import('../../platform/index.ts');
    const makeScript = await scriptMakers[shell]();
    const script = makeScript(
      completionNodes(await loadAll(context.commands)),
      buildIdentifiers.map(({ id }) => id),
    );
    if (context.json) context.writeJson({ schema: 'wheelworks.completion/1', shell, script });
    else context.stdout(script);
    return EXIT.done;
  },
});

const scriptMakers = {
  bash: async () => (await import('../completion/bash.ts')).bashScript,
  zsh: async () => (await import('../completion/zsh.ts')).zshScript,
  fish: async () => (await import('../completion/fish.ts')).fishScript,
  powershell: async () => (await import('../completion/powershell.ts')).powershellScript,
};
