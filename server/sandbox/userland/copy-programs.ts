import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, realpathSync, statSync, symlinkSync, utimesSync } from 'node:fs' // prettier-ignore
import path from 'node:path'
import { run } from '../storage/run.ts'
import { LOADED_LIBRARIES, PROGRAM_FOLDERS, PROGRAMS, TERMINALS } from './programs.ts'

/** What the machine had to make a release of. */
export interface CopiedPrograms {
  missing: string[]
  hasPython: boolean
}

/** Set-user-id is kept: su(1) from an ordinary user of the jail needs it, and nobody else can reach the state folder. */
const MODE = 0o7777

function copyFile(from: string, root: string, to: string): void {
  const target = path.join(root, to)
  if (existsSync(target)) return
  mkdirSync(path.dirname(target), { recursive: true })
  try {
    copyFileSync(from, target)
  } catch (error) {
    // An ordinary user cannot read some programs (sudo's kind); a release goes without them.
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return
    throw error
  }
  const { mode, atime, mtime } = statSync(from)
  chmodSync(target, mode & MODE)
  // Python compares this with what its compiled files note.
  utimesSync(target, atime, mtime)
}

function copyTree(from: string, root: string, to: string, skip: ReadonlySet<string>): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (skip.has(entry.name)) continue
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
    if (entry.isDirectory()) copyTree(source, root, target, skip)
    else if (existsSync(source) && statSync(source).isFile()) copyFile(realpathSync(source), root, target)
  }
}

/** Folders like /bin that are links into /usr here are so in the release; programs and loaders name both. */
function copyFolderLinks(root: string): void {
  for (const name of ['bin', 'sbin', 'lib', 'lib64', 'lib32', 'libx32']) {
    if (!existsSync(`/${name}`) || !lstatSync(`/${name}`).isSymbolicLink()) continue
    const target = readlinkSync(`/${name}`).replace(/^\//, '')
    mkdirSync(path.join(root, target), { recursive: true })
    symlinkSync(target, path.join(root, name))
  }
}

/** `/lib/x` as `/usr/lib/x` where /lib is a link, so that one file does not get copied twice. */
function canonical(file: string): string {
  const folder = path.dirname(file)
  return path.join(existsSync(folder) ? realpathSync(folder) : folder, path.basename(file))
}

/** Every shared library that `files` need, the loader included. */
async function librariesOf(files: readonly string[]): Promise<string[]> {
  // Answers 1 for scripts among them, and is right about the others.
  const { stdout } = await run('ldd', files)
  const found = new Set<string>()
  for (const line of stdout.split('\n')) {
    const match = /^\s+(?:\S+ => )?(\/\S+) \(0x/.exec(line)
    if (match !== null) found.add(canonical(match[1]!))
  }
  return [...found]
}

interface Program {
  name: string
  /** Where it is found by name. */
  at: string
  /** The file itself, behind all links (Debian's alternatives). */
  file: string
}

function findProgram(name: string): Program | undefined {
  for (const folder of PROGRAM_FOLDERS) {
    const at = path.join(folder, name)
    if (!existsSync(at)) continue
    const file = realpathSync(at)
    if (statSync(file).isFile()) return { name, at: canonical(at), file }
  }
  return undefined
}

const PYTHON_LEFT_OUT = new Set(['test', 'tests', 'idlelib', 'tkinter', 'turtledemo', 'ensurepip', 'lib2to3', 'pydoc_data', 'dist-packages', 'site-packages']) // prettier-ignore

/** Copies python3's own library; answers its loadable modules, whose libraries are needed too. */
async function copyPython(python: string, root: string): Promise<string[]> {
  const { status, stdout } = await run(python, ['-I', '-c', "import sysconfig; print(sysconfig.get_paths()['stdlib'])"])
  const library = stdout.trim()
  if (status !== 0 || !path.isAbsolute(library) || !existsSync(library)) return []
  const builds = readdirSync(library).filter((name) => name.startsWith('config-'))
  copyTree(library, root, canonical(library), new Set([...PYTHON_LEFT_OUT, ...builds]))
  const modules = path.join(library, 'lib-dynload')
  return existsSync(modules) ? readdirSync(modules).map((name) => path.join(modules, name)) : []
}

function findLoadedLibraries(folders: Iterable<string>): string[] {
  const found: string[] = []
  for (const folder of folders)
    for (const sub of ['', 'security']) {
      const at = path.join(folder, sub)
      if (!existsSync(at)) continue
      for (const name of readdirSync(at))
        if (LOADED_LIBRARIES.test(path.join(sub, name))) found.push(path.join(at, name))
    }
  return found
}

function copyData(root: string): void {
  for (const folder of ['/lib/terminfo', '/usr/lib/terminfo', '/usr/share/terminfo'])
    for (const name of TERMINALS) {
      const from = path.join(folder, name[0]!, name)
      if (existsSync(from)) copyFile(realpathSync(from), root, path.join('/usr/share/terminfo', name[0]!, name))
    }
  for (const name of ['C.utf8', 'C.UTF-8']) {
    const from = path.join('/usr/lib/locale', name)
    if (existsSync(from)) copyTree(from, root, from, new Set())
  }
}

/** Where the machine has busybox it gives what is missing; answers what that was. */
async function addBusybox(root: string, missing: readonly string[]): Promise<string[]> {
  const busybox = findProgram('busybox')
  if (busybox === undefined) return []
  const { stdout } = await run(busybox.at, ['--list'])
  const applets = new Set(stdout.split('\n'))
  const given = missing.filter((name) => applets.has(name))
  copyFile(busybox.file, root, '/usr/bin/busybox')
  for (const library of await librariesOf([busybox.file])) copyFile(realpathSync(library), root, library)
  for (const name of given) symlinkSync('busybox', path.join(root, 'usr/bin', name))
  return given
}

/** Copies the machine's programs with all they need into the folder `root`. */
export async function copyPrograms(root: string): Promise<CopiedPrograms> {
  copyFolderLinks(root)
  const found = PROGRAMS.flatMap((name) => findProgram(name) ?? [])
  const binaries = new Set<string>()
  for (const { at, file } of found) {
    copyFile(file, root, canonical(file))
    binaries.add(file)
    const place = path.join(root, at)
    // Straight to the file: alternatives lie in /etc, which is not copied.
    if (canonical(file) !== at && !existsSync(place)) {
      mkdirSync(path.dirname(place), { recursive: true })
      symlinkSync(path.relative(path.dirname(at), canonical(file)), place)
    }
  }
  const python = found.find(({ name }) => name === 'python3')
  const modules = python === undefined ? [] : await copyPython(python.at, root)
  const libraries = await librariesOf([...binaries, ...modules])
  const loaded = findLoadedLibraries(new Set(libraries.map((file) => path.dirname(file))))
  for (const library of new Set([...libraries, ...loaded, ...(await librariesOf(loaded))]))
    if (existsSync(library)) copyFile(realpathSync(library), root, library)
  copyData(root)
  const names = new Set(found.map(({ name }) => name))
  for (const name of await addBusybox(
    root,
    PROGRAMS.filter((program) => !names.has(program)),
  ))
    names.add(name)
  return { missing: PROGRAMS.filter((name) => !names.has(name)), hasPython: python !== undefined }
}
