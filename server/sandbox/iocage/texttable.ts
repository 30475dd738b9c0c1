/**
 * A table as iocage prints it: a border, the headings centred, `=` under them, a line after every row.
 * Columns are as wide as their longest cell and never wrapped; an odd blank of a heading goes to its right.
 */
export function drawTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(cellWidth(heading), ...rows.map((row) => cellWidth(row[column] ?? ''))),
  )
  const rule = (fill: string) => `+${widths.map((width) => fill.repeat(width + 2)).join('+')}+`
  // A cell with a line break makes a row of several lines, as texttable draws it.
  const draw = (cells: readonly string[], align: (text: string, width: number) => string) => {
    const lines = cells.map((cell) => cell.split('\n'))
    const height = Math.max(1, ...lines.map((cell) => cell.length))
    return Array.from(
      { length: height },
      (_, at) => `| ${widths.map((width, column) => align(lines[column]?.[at] ?? '', width)).join(' | ')} |`,
    )
  }

  return [
    rule('-'),
    ...draw(headings, centre),
    rule('='),
    ...rows.flatMap((row) => [...draw(row, left), rule('-')]),
    ...(rows.length === 0 ? [rule('-')] : []),
  ].join('\n')
}

const cellWidth = (text: string): number => Math.max(...text.split('\n').map((line) => [...line].length))

const left = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - [...text].length))

function centre(text: string, width: number): string {
  const blanks = Math.max(0, width - [...text].length)
  const before = Math.floor(blanks / 2)
  return ' '.repeat(before) + text + ' '.repeat(blanks - before)
}
