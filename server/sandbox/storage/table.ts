/** Rows as zfs(8) draws them: two blanks between columns, the last one not padded when it is left-aligned. */
export function drawTable(
  headings: readonly string[],
  rows: readonly string[][],
  rightAligned: readonly boolean[],
): string {
  const widths = headings.map((heading, column) =>
    Math.max(rightAligned[column] ? 5 : 0, heading.length, ...rows.map((row) => row[column]!.length)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        if (rightAligned[column]) return cell.padStart(widths[column]!)
        return column === cells.length - 1 ? cell : cell.padEnd(widths[column]!)
      })
      .join('  ')
  return [headings, ...rows].map((cells) => `${line(cells)}\n`).join('')
}
