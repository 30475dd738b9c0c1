import type { IncomingMessage } from 'node:http'

/** Deepest nesting of a body: the deepest that the contract has, with room. */
const DEPTH_MAX = 12

/** A body that is not even looked at. */
export class BodyRefusal extends Error {
  override name = 'BodyRefusal'
  constructor(
    readonly status: 400 | 413,
    message: string,
  ) {
    super(message)
  }
}

/** The JSON in a request's body. Throws BodyRefusal when it is too large, too deep, or none. */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const tooLarge = new BodyRefusal(413, `A call has at most ${maxBytes / 1024} KiB.`)
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  if (depthOf(text) > DEPTH_MAX) throw new BodyRefusal(400, 'The call is nested too deeply.')
  try {
    return JSON.parse(text)
  } catch {
    throw new BodyRefusal(400, 'The call is no JSON.')
  }
}

/** Deepest nesting of a JSON text, told without building anything. */
export function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') {
      for (at += 1; at < text.length && text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1
    } else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth)
    else if (character === '}' || character === ']') depth -= 1
  }
  return deepest
}
