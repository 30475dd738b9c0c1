'use client'

import '@xterm/xterm/css/xterm.css'
import type { ISearchOptions } from '@xterm/addon-search'
import type { Terminal as XTerm } from '@xterm/xterm'
import { useEffect, useEffectEvent, useRef } from 'react'
import { COLS_MAX, ROWS_MAX } from '@/lib/console-protocol.ts'
import { guardTerminal } from '@/lib/guard-terminal.ts'
import { closeOutlets } from './close-outlets.ts'
import { webLinks } from './web-links.ts'
import { isDark, onThemeChange, terminalTheme } from './terminal-theme.ts'
import type { TerminalPort } from '@/lib/console-connection.ts'

/** What the rest of the console asks of its terminal. */
export interface TerminalHandle extends TerminalPort {
  focus(): void
  /** Types text as a paste: bracketed where the program asked for it. */
  paste(text: string): void
  selection(): string
  /** Looks for text in the screen and the lines above; false when it is not there. */
  find(text: string, direction: 'next' | 'previous'): boolean
  endSearch(): void
  /** Whether the program wants arrows as application keys (DECCKM). */
  readonly applicationCursor: boolean
}

interface TerminalProps {
  fontSizePx: number
  screenReader: boolean
  copyOnSelect: boolean
  /** Only looked at: keys do nothing. */
  readOnly: boolean
  /** Called once the terminal can be used, and with null when it goes. */
  onReady: (terminal: TerminalHandle | null) => void
  /** What was typed, with control sequences. */
  onInput: (text: string) => void
  onPaneChange: () => void
  /** Text from the clipboard; it is not pasted unless `paste` is called. */
  onPasteAsked: (text: string) => void
  onSearchAsked: () => void
}

const FONT = '"JetBrains Mono", ui-monospace, Menlo, Consolas, monospace'

/** The xterm widget in its pane. It knows nothing of jails, sockets or who is looking. */
export function Terminal(props: TerminalProps) {
  const { fontSizePx, screenReader, readOnly } = props
  const pane = useRef<HTMLDivElement>(null)
  const widget = useRef<{ terminal: XTerm; fit: () => void }>(undefined)
  const onReady = useEffectEvent(props.onReady)
  const onInput = useEffectEvent(props.onInput)
  const onPaneChange = useEffectEvent(props.onPaneChange)
  const onPasteAsked = useEffectEvent(props.onPasteAsked)
  const onSearchAsked = useEffectEvent(props.onSearchAsked)
  const copiesSelection = useEffectEvent(() => props.copyOnSelect)
  const options = useEffectEvent(() => ({
    fontSize: fontSizePx,
    screenReaderMode: screenReader,
    disableStdin: readOnly,
  }))

  useEffect(() => {
    const element = pane.current
    if (element === null) return
    let ended = false
    let end = () => undefined as void
    const begin = async () => {
      const opened = await openTerminal(element, options(), {
        onInput: (text) => onInput(text),
        onPasteAsked: (text) => onPasteAsked(text),
        onSearchAsked: () => onSearchAsked(),
        copiesSelection: () => copiesSelection(),
      })
      if (ended) return opened.dispose()
      const observer = new ResizeObserver(() => onPaneChange())
      observer.observe(element)
      const stopWatching = onThemeChange(() => {
        opened.terminal.options.theme = terminalTheme(element)
      })
      widget.current = { terminal: opened.terminal, fit: () => onPaneChange() }
      Object.assign(opened.terminal.options, options()) // they may have changed while it opened
      end = () => {
        observer.disconnect()
        stopWatching()
        widget.current = undefined
        onReady(null)
        opened.dispose()
      }
      onReady(opened.handle)
    }
    void begin()
    return () => {
      ended = true
      end()
    }
  }, [])

  useEffect(() => {
    if (widget.current === undefined) return
    const { terminal, fit } = widget.current
    terminal.options.fontSize = fontSizePx
    terminal.options.screenReaderMode = screenReader
    terminal.options.disableStdin = readOnly
    fit()
  }, [fontSizePx, screenReader, readOnly])

  return <div ref={pane} className="h-full w-full overflow-auto bg-terminal text-terminal-text" data-terminal />
}

interface OpenEvents {
  onInput(text: string): void
  onPasteAsked(text: string): void
  onSearchAsked(): void
  copiesSelection(): boolean
}

async function openTerminal(
  pane: HTMLElement,
  options: { fontSize: number; screenReaderMode: boolean },
  events: OpenEvents,
): Promise<{ terminal: XTerm; handle: TerminalHandle; dispose: () => void }> {
  const [{ Terminal: Widget }, { FitAddon }, { Unicode11Addon }, { SearchAddon }, { WebglAddon }] = await Promise.all([
    import('@xterm/xterm'),
    import('@xterm/addon-fit'),
    import('@xterm/addon-unicode11'),
    import('@xterm/addon-search'),
    import('@xterm/addon-webgl'),
    // Cells are measured when the terminal opens: the font must be there by then.
    document.fonts.load(`${options.fontSize}px ${FONT}`).catch(() => []),
  ])
  const terminal = new Widget({
    ...options,
    allowProposedApi: true, // the width tables and search marks need it
    fontFamily: FONT,
    lineHeight: 1.25,
    scrollback: 5_000,
    cursorBlink: true,
    macOptionIsMeta: true,
    rightClickSelectsWord: false,
    theme: terminalTheme(pane),
  })
  const fit = new FitAddon()
  const search = new SearchAddon()
  terminal.loadAddon(fit)
  terminal.loadAddon(search)
  terminal.loadAddon(new Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  closeOutlets(terminal.parser)
  guardTerminal(terminal, () => terminal.write('\r\n\x1b[7m A piece of the output could not be shown. \x1b[m\r\n'))
  terminal.open(pane)
  try {
    const webgl = new WebglAddon()
    webgl.onContextLoss(() => webgl.dispose()) // the DOM renderer takes over
    terminal.loadAddon(webgl)
  } catch {
    // no WebGL 2 here: the DOM renderer stays
  }

  terminal.onData((text) => events.onInput(text))
  terminal.onBinary((text) => events.onInput(text))
  terminal.attachCustomKeyEventHandler((event) => handleKey(event, terminal, events))
  terminal.registerLinkProvider(webLinks(terminal))
  const onRelease = () => {
    if (events.copiesSelection() && terminal.hasSelection()) copyText(terminal.getSelection())
  }
  pane.addEventListener('mouseup', onRelease)
  // Before xterm's own listener: what is pasted is looked at first.
  const onPaste = (event: ClipboardEvent) => {
    event.preventDefault()
    event.stopPropagation()
    const text = event.clipboardData?.getData('text/plain') ?? ''
    if (text !== '') events.onPasteAsked(text)
  }
  pane.addEventListener('paste', onPaste, { capture: true })

  const searchOptions = (): ISearchOptions => ({
    decorations: {
      matchBackground: isDark() ? '#5a4a12' : '#ffe9a8',
      matchOverviewRuler: '#c99a2e',
      activeMatchBackground: isDark() ? '#8a6d10' : '#ffd154',
      activeMatchColorOverviewRuler: '#e8bf5f',
    },
  })
  const handle: TerminalHandle = {
    write: (bytes, onRendered) => terminal.write(bytes, onRendered),
    // Through the queue of writes, so that what came before is drawn as it was meant.
    reset: () => terminal.write('', () => terminal.reset()),
    resize: (cols, rows) => terminal.write('', () => terminal.resize(cols, rows)),
    paneSize() {
      const size = fit.proposeDimensions()
      // A pane that is not shown has no size.
      if (size === undefined || Number.isNaN(size.cols) || Number.isNaN(size.rows))
        return { cols: terminal.cols, rows: terminal.rows }
      return { cols: Math.max(2, Math.min(COLS_MAX, size.cols)), rows: Math.max(1, Math.min(ROWS_MAX, size.rows)) }
    },
    focus: () => terminal.focus(),
    paste: (text) => terminal.paste(text),
    selection: () => terminal.getSelection(),
    find: (text, direction) =>
      direction === 'next' ? search.findNext(text, searchOptions()) : search.findPrevious(text, searchOptions()),
    endSearch: () => search.clearDecorations(),
    get applicationCursor() {
      return terminal.modes.applicationCursorKeysMode
    },
  }
  return {
    terminal,
    handle,
    dispose() {
      pane.removeEventListener('paste', onPaste, { capture: true })
      pane.removeEventListener('mouseup', onRelease)
      terminal.dispose()
    },
  }
}

/** To the clipboard; on plain http away from localhost the browser has only its own copy command, which xterm serves. */
function copyText(text: string): void {
  if (navigator.clipboard === undefined) document.execCommand('copy')
  else navigator.clipboard.writeText(text).catch(() => undefined) // not allowed now: the selection stays
}

/** Keys that are the page's and not the program's; false keeps them from the terminal. */
function handleKey(event: KeyboardEvent, terminal: XTerm, events: OpenEvents): boolean {
  if (event.type !== 'keydown') return true
  const { code, ctrlKey, shiftKey, metaKey } = event
  const chord = (ctrlKey && shiftKey) || metaKey
  if (chord && code === 'KeyF') {
    event.preventDefault()
    events.onSearchAsked()
    return false
  }
  if (ctrlKey && shiftKey && code === 'KeyC') {
    event.preventDefault()
    if (terminal.hasSelection()) copyText(terminal.getSelection())
    return false
  }
  // Ctrl-Shift-V is the browser's own paste as plain text: it comes as a paste event.
  return !(ctrlKey && shiftKey && code === 'KeyV')
}
