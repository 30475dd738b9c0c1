/** Names in iocage's order: by text, and a trailing `_<digits>` as a number. */
export function compareNames(a: string, b: string): number {
  const [textA, numberA] = split(a)
  const [textB, numberB] = split(b)
  return textA < textB ? -1 : textA > textB ? 1 : numberA - numberB
}

function split(name: string): [string, number] {
  const found = /^(.*)_(\d+)$/s.exec(name)
  return found === null ? [name, 0] : [found[1] ?? '', Number(found[2])]
}
