import { IocageError } from '../errors.ts'
import { hostCommand } from '../model/host.ts'

// The real one packs streams of `zfs send` into a zip. Folders have no such streams and not every machine a zip
// program, so an image of the sandbox is a tar of tars under the same name, which its own import reads.

/** Packs what lies in `folder` (a dataset's files) into `file`. */
export async function packTree(folder: string, file: string, options: readonly string[] = []): Promise<void> {
  await tar(['--numeric-owner', ...options, '-C', folder, '-cf', file, '.'])
}

/** Unpacks such a file into the existing `folder`. */
export async function unpackTree(file: string, folder: string): Promise<void> {
  await tar(['--numeric-owner', '-C', folder, '-xpf', file])
}

/** Packs the parts of an exported jail into one compressed file. */
export async function packImage(folder: string, parts: readonly string[], image: string): Promise<void> {
  await tar(['-C', folder, '-czf', image, ...parts])
}

/** Unpacks an image into its parts. */
export async function unpackImage(image: string, folder: string): Promise<void> {
  await tar(['-C', folder, '-xzf', image])
}

async function tar(argv: readonly string[]): Promise<void> {
  const { status, stderr } = await hostCommand('tar', argv)
  if (status !== 0) throw new IocageError(stderr.trim())
}
