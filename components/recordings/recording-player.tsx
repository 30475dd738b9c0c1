'use client'

import { Pause, Play } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import { useConsolePreferences } from '../console/console-preferences.ts'
import type { TerminalHandle } from '../console/terminal.tsx'
import { Terminal } from '../console/terminal.tsx'
import { IconButton } from '../ui/button.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { Select } from '../ui/field.tsx'
import { FilterInput } from '../ui/filter-input.tsx'
import type { Asciicast } from './asciicast.ts'
import { clockText, findInCast, withoutPauses } from './asciicast.ts'
import { SPEEDS, usePlayer } from './use-player.ts'

/** Steps of the arrow keys, in seconds. */
const STEP_S = 5
/** A hit is shown with a moment before it, in seconds. */
const BEFORE_S = 0.5

/** A recording with its controls: play, seek, speed, search in what was shown. */
export function RecordingPlayer({ cast: whole, startS }: { cast: Asciicast; startS: number }) {
  const [terminal, setTerminal] = useState<TerminalHandle | null>(null)
  const [preferences] = useConsolePreferences()
  const [skips, setSkips] = useState(false)
  const cast = useMemo(() => (skips ? withoutPauses(whole) : whole), [skips, whole])
  const player = usePlayer(terminal, cast, startS)
  const [wanted, setWanted] = useState('')
  const deferred = useDeferredValue(wanted)
  const found = useMemo(() => findInCast(cast, deferred), [cast, deferred])
  const toggle = () => (player.playing ? player.pause() : player.play())
  return (
    <section
      aria-label="Player"
      className="flex min-h-0 flex-1 flex-col"
      onKeyDown={(event) => {
        if (event.target instanceof HTMLInputElement && event.target.type !== 'range') return
        if (event.key === ' ' || event.key === 'k') toggle()
        else if (event.key === 'ArrowLeft') player.seek(player.position - STEP_S)
        else if (event.key === 'ArrowRight') player.seek(player.position + STEP_S)
        else return
        event.preventDefault()
      }}
    >
      <div className="flex min-h-0 flex-1 max-md:flex-col">
        <div className="min-h-0 min-w-0 flex-1 overflow-auto bg-terminal p-2">
          <Terminal
            fontSizePx={preferences.fontSizePx}
            screenReader={preferences.screenReader}
            copyOnSelect={preferences.copyOnSelect}
            readOnly
            onReady={setTerminal}
            onInput={() => undefined}
            onPaneChange={() => undefined}
            onPasteAsked={() => undefined}
            onSearchAsked={() => undefined}
          />
        </div>
        {wanted !== '' && (
          <ul
            aria-label="Found"
            className="w-80 shrink-0 overflow-y-auto border-line max-md:max-h-40 max-md:w-full max-md:border-t md:border-l"
          >
            {found.length === 0 && <li className="px-4 py-3 text-text-second">Nothing was shown that has this.</li>}
            {found.map(({ at, line }, index) => (
              <li key={`${index} ${at}`} className="border-b border-line">
                <button
                  type="button"
                  className="flex w-full gap-3 px-4 py-1.5 text-left hover:bg-raised"
                  onClick={() => {
                    player.pause()
                    player.seek(at)
                  }}
                >
                  <span className="shrink-0 text-text-second tabular-nums">{clockText(at)}</span>
                  <span className="min-w-0 flex-1 truncate font-mono text-xs leading-5">{line}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-t border-line bg-surface px-4 py-2">
        <IconButton icon={player.playing ? Pause : Play} label={player.playing ? 'Pause' : 'Play'} onClick={toggle} />
        <input
          type="range"
          aria-label="Position"
          aria-valuetext={clockText(player.position)}
          className="min-w-40 flex-1 accent-accent"
          min={0}
          max={cast.durationS}
          step={0.01}
          value={player.position}
          onChange={(event) => player.seek(Number(event.target.value))}
        />
        <span className="text-text-second tabular-nums">
          {clockText(player.position)} / {clockText(cast.durationS)}
        </span>
        <Select
          aria-label="Speed"
          className="w-20"
          value={String(player.speed)}
          onChange={(value) => player.setSpeed(Number(value))}
          options={SPEEDS.map((speed) => ({ value: String(speed), label: `${speed}×` }))}
        />
        <Checkbox checked={skips} onChange={setSkips} label="Shorten pauses" />
        <FilterInput
          label="Search what was shown"
          placeholder="Search what was shown"
          className="w-56 flex-none max-sm:w-full"
          value={wanted}
          onChange={setWanted}
        />
      </div>
    </section>
  )
}

/** Where a link to a moment begins. */
export const beginAt = (seconds: number | null): number => Math.max(0, (seconds ?? 0) - BEFORE_S)
