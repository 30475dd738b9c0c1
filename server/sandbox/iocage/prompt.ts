import { IocageError } from './errors.ts'

/** One line from standard input, without its line end; null at the end of input. */
export async function readLine(): Promise<string | null> {
  process.stdin.setEncoding('utf8')
  let text = ''
  // Not `for await`: leaving such a loop would close the stream, and a second question would find no input.
  return await new Promise((resolve) => {
    const onData = (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end === -1) return
      finish()
      const rest = text.slice(end + 1)
      if (rest !== '') process.stdin.unshift(rest)
      resolve(text.slice(0, end).replace(/\r$/, ''))
    }
    const onEnd = () => {
      finish()
      resolve(text === '' ? null : text)
    }
    const finish = () => {
      process.stdin.off('data', onData)
      process.stdin.off('end', onEnd)
      process.stdin.off('error', onEnd)
      process.stdin.pause()
    }
    process.stdin.on('data', onData)
    process.stdin.on('end', onEnd)
    process.stdin.on('error', onEnd)
    process.stdin.resume()
  })
}

/** Asks a yes/no question as click does; the end of input aborts the command. */
export async function confirm(question: string): Promise<boolean> {
  for (;;) {
    process.stdout.write(`${question} [y/N]: `)
    const answer = await readLine()
    if (answer === null) throw new IocageError('Aborted!')
    const word = answer.trim().toLowerCase()
    if (['y', 'yes'].includes(word)) return true
    if (['', 'n', 'no'].includes(word)) return false
    process.stdout.write('Error: invalid input\n')
  }
}
