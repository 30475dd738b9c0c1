import type { ITheme } from '@xterm/xterm'

/** The sixteen colours on a dark ground: each at least 4.5:1 on it but black. */
const DARK: ITheme = {
  black: '#3b3f4a',
  red: '#f2777a',
  green: '#5fd18a',
  yellow: '#e8bf5f',
  blue: '#7da6ff',
  magenta: '#c792ea',
  cyan: '#5ccfe6',
  white: '#d5d8df',
  brightBlack: '#7f8694',
  brightRed: '#ff9aa0',
  brightGreen: '#8be8ae',
  brightYellow: '#ffd98a',
  brightBlue: '#a5c3ff',
  brightMagenta: '#deb6f7',
  brightCyan: '#95e6f3',
  brightWhite: '#ffffff',
}

/** … and on a light one. */
const LIGHT: ITheme = {
  black: '#1d2129',
  red: '#b3261e',
  green: '#0f7a3d',
  yellow: '#8a5a00',
  blue: '#2451c4',
  magenta: '#8a2da8',
  cyan: '#0a6c80',
  white: '#5b616e',
  brightBlack: '#6a707d',
  brightRed: '#cf3f36',
  brightGreen: '#178a49',
  brightYellow: '#96660a',
  brightBlue: '#3a68dd',
  brightMagenta: '#a044be',
  brightCyan: '#117f95',
  brightWhite: '#3a3f49',
}

/** Whether the page is dark now. */
export const isDark = (): boolean => document.documentElement.classList.contains('dark')

/**
 * Colours for the terminal inside `pane`: ground and text are the pane's own, as CSS gives them in the theme of this
 * moment; the sixteen are ours.
 */
export function terminalTheme(pane: Element): ITheme {
  const { backgroundColor, color } = getComputedStyle(pane)
  const dark = isDark()
  return {
    ...(dark ? DARK : LIGHT),
    background: backgroundColor,
    foreground: color,
    cursor: color,
    cursorAccent: backgroundColor,
    selectionBackground: dark ? '#33519a99' : '#b6ccff99',
  }
}

/** Calls back when the page's theme changes; returns the way to stop. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'data-theme'] })
  return () => observer.disconnect()
}
