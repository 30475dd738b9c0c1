/** Up to three of `candidates` that look like `word`, best first: Python's difflib.get_close_matches, which click uses. */
export function closeMatches(word: string, candidates: readonly string[]): string[] {
  return candidates
    .map((candidate) => ({ candidate, score: similarity(candidate, word) }))
    .filter(({ score }) => score >= 0.6)
    .toSorted((a, b) => b.score - a.score || (a.candidate < b.candidate ? 1 : -1))
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

/** Twice the length of what two words share (longest common runs, left and right of it again) over their lengths. */
function similarity(a: string, b: string): number {
  return a.length + b.length === 0 ? 1 : (2 * matching(a, b)) / (a.length + b.length)
}

function matching(a: string, b: string): number {
  let length = 0
  let startA = 0
  let startB = 0
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < b.length; j++) {
      let run = 0
      while (i + run < a.length && j + run < b.length && a[i + run] === b[j + run]) run++
      if (run > length) [length, startA, startB] = [run, i, j]
    }
  if (length === 0) return 0
  return (
    matching(a.slice(0, startA), b.slice(0, startB)) +
    length +
    matching(a.slice(startA + length), b.slice(startB + length))
  )
}
