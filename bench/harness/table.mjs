/** Rows of text, the first being the head: aligned for a terminal. The first column is left-aligned, numbers right. */
export function alignTable(rows) {
  return pad(rows)
    .map((row) => `  ${row.join('  ').trimEnd()}`)
    .join('\n');
}

export function markdownTable(rows) {
  const [head, ...body] = pad(rows);
  const rule = head.map((cell, column) =>
    column === 0 ? '-'.repeat(cell.length) : `${'-'.repeat(cell.length - 1)}:`,
  );
  return [head, rule, ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function pad(rows) {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    ),
  );
}
