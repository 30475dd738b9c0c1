'use client'

import { Download } from 'lucide-react'
import Link from 'next/link'
import type { Recording } from '@/lib/recording.ts'
import { shellLine } from '@/lib/job.ts'
import { formatBytes } from '@/lib/sizes.ts'
import { commandWords } from '../console/console-words.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { IconButton } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { clockText } from './asciicast.ts'
import { downloadRecording } from './recording-page.tsx'

const states: Record<Recording['state'], { word: string; tone: Tone }> = {
  running: { word: 'goes on', tone: 'up' },
  complete: { word: 'complete', tone: 'neutral' },
  cut: { word: 'cut', tone: 'changing' },
  failed: { word: 'failed', tone: 'bad' },
  interrupted: { word: 'interrupted', tone: 'changing' },
}

const head = 'px-3 py-2 text-left text-xs font-medium text-text-second'
const cell = 'px-3 py-2 align-top'

/** Recordings, latest first; each leads to its player. */
export function RecordingTable({ recordings }: { recordings: readonly Recording[] }) {
  return (
    <table className="w-full border-collapse">
      <thead className="border-b border-line max-md:hidden">
        <tr>
          <th className={cn(head, 'pl-5')}>Jail</th>
          <th className={head}>Who</th>
          <th className={head}>When</th>
          <th className={head}>Length</th>
          <th className={cn(head, 'text-right')}>Size</th>
          <th className={head}>State</th>
          <th className={head}>SHA-256</th>
          <th className={cn(head, 'w-12')}>
            <span className="sr-only">Download</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {recordings.map((recording) => (
          <RecordingRow key={recording.id} recording={recording} />
        ))}
      </tbody>
    </table>
  )
}

function RecordingRow({ recording }: { recording: Recording }) {
  const { id, tag, userName, reason, startedAt, endedAt, bytes, state, ending, sha256, argv } = recording
  const { word, tone } = states[state]
  const seconds = endedAt === null ? undefined : (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000
  return (
    <tr className="border-b border-line hover:bg-bg max-md:flex max-md:flex-wrap max-md:items-center">
      <td className={cn(cell, 'pl-5 max-md:w-full')}>
        <Link href={`/recordings/${id}`} className="font-medium hover:text-accent-text">
          {tag}
        </Link>
        <span className="block max-w-96 truncate font-mono text-xs text-text-second">
          {shellLine(commandWords(argv))}
        </span>
        {reason !== '' && <span className="block text-xs text-text-second">Reason: {reason}</span>}
      </td>
      <td className={cell}>{userName}</td>
      <td className={cn(cell, 'whitespace-nowrap text-text-second')}>
        <RelativeTime at={startedAt} />
      </td>
      <td className={cn(cell, 'text-text-second tabular-nums')}>{seconds === undefined ? '' : clockText(seconds)}</td>
      <td className={cn(cell, 'text-right text-text-second tabular-nums')}>{formatBytes(bytes)}</td>
      <td className={cell}>
        <Badge tone={tone}>{word}</Badge>
        {ending !== '' && <span className="block max-w-64 text-xs text-text-second">{ending}</span>}
      </td>
      <td
        className={cn(cell, 'font-mono text-xs leading-5 text-text-second max-md:hidden')}
        title={sha256 ?? undefined}
      >
        {sha256?.slice(0, 12)}
      </td>
      <td className={cell}>
        <IconButton
          icon={Download}
          label={`Download the recording of ${tag}`}
          onClick={() => void downloadRecording(id)}
        />
      </td>
    </tr>
  )
}
