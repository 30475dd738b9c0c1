import 'server-only'
import { cookies } from 'next/headers'

/** Copies cookies that the service set onto the answer to the browser. */
export async function copyCookies(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return
  const jar = await cookies()
  for (const line of lines) {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const at = pair.indexOf('=')
    const of = (name: string) =>
      attributes.find((attribute) => attribute.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
    const maxAge = of('max-age')
    const expires = of('expires')
    jar.set({
      name: pair.slice(0, at),
      value: decodeURIComponent(pair.slice(at + 1)),
      // All that we set are cookies of this one kind (lib/contract/wire.ts): never weaker, whatever the line says.
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'strict',
      ...(maxAge === undefined ? {} : { maxAge: Number(maxAge) }),
      ...(expires === undefined ? {} : { expires: new Date(expires) }),
    })
  }
}
