import type { JobState } from '@/lib/job.ts'
import type { CellState } from '../ui/badge.tsx'
import { Cell, CellWord } from '../ui/badge.tsx'
import { jobStateWords } from './job-words.ts'

const cells: Record<'neutral' | 'up' | 'changing' | 'bad', CellState> = {
  neutral: 'down',
  up: 'up',
  changing: 'changing',
  bad: 'bad',
}

/** A job's state as the cell alone; a word must stand beside it. */
export const JobCell = ({ state }: { state: JobState }) => <Cell state={cells[jobStateWords[state].tone]} />

/** A job's state as cell and word. */
export function JobStateWord({ state }: { state: JobState }) {
  const { word, tone } = jobStateWords[state]
  return <CellWord state={cells[tone]} word={word} />
}
