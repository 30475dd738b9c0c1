import { hostCommand } from '../model/host.ts'
import { IocageError } from '../errors.ts'

/**
 * Packs the streams of an exported jail into one file. The real one writes a zip; the sandbox has no zip program to
 * count on, so the file is a tar under the same name, which its own import reads.
 */
export async function packImage(folder: string, parts: readonly string[], image: string): Promise<void> {
  const { status, stderr } = await hostCommand('tar', ['-C', folder, '-czf', image, ...parts])
  if (status !== 0) throw new IocageError(`${image} could not be written: ${stderr.trim()}`)
}

/** Unpacks an image into a folder. */
export async function unpackImage(image: string, folder: string): Promise<void> {
  const { status, stderr } = await hostCommand('tar', ['-C', folder, '-xzf', image])
  if (status !== 0) throw new IocageError(`${image} could not be read: ${stderr.trim()}`)
}
