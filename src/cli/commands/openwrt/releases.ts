import { defineCommand, EXIT, type RunnableCommand } from '../../command.ts';
import { renderTable } from '../../render/table.ts';

export const releases: RunnableCommand = defineCommand({
  name: 'releases',
  summary: 'list the releases of OpenWrt, their CPython and package manager',
  description:
    'Lists what --target takes: the releases of OpenWrt, oldest first, with the CPython of their feed, the number that its bytecode begins with, and the manager that installs packages.',
  arguments: [],
  options: {},
  examples: [{ run: 'wheelworks openwrt releases', explains: 'every release known' }],
  async run(_args, _options, context) {
    const { openWrtReleases } = await import('../../../openwrt/index.ts');
    if (context.json)
      context.writeJson({ schema: 'wheelworks.openwrt.releases/1', releases: openWrtReleases });
    context.stdout(
      renderTable(
        [
          { title: 'release' },
          { title: 'packages' },
          { title: 'python' },
          { title: 'bytecode', align: 'right' },
          { title: 'musl' },
        ],
        openWrtReleases.map(({ name, manager, python, musl }) => [
          name,
          manager === 'apk' ? '.apk (apk)' : '.ipk (opkg)',
          python.version,
          python.magic,
          musl,
        ]),
        { palette: context.colour, width: context.columns, truncate: context.isTerminal },
      ),
    );
    return EXIT.done;
  },
});
