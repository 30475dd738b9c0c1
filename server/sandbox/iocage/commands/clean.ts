import { existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { zfs } from '../../storage/zfs.ts'
import type { CommandRun } from '../cli/run-command.ts'
import { IocageError, traceback } from '../errors.ts'
import { stopJail } from '../jails/start-jail.ts'
import { runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { kernelName, readJails } from '../model/jail.ts'
import { silentOutput } from '../output.ts'
import { confirm } from '../prompt.ts'

interface Cleaning {
  question: string
  datasets: string[]
  done: string
}

const CLEANINGS: Record<string, Cleaning> = {
  all: { question: 'ALL iocage data', datasets: [''], done: 'All iocage datasets have been destroyed.' },
  jails: { question: 'ALL jails', datasets: ['/jails'], done: 'All iocage jail datasets have been destroyed.' },
  releases: {
    question: 'ALL fetched RELEASEs',
    datasets: ['/download', '/releases'],
    done: 'All iocage RELEASE datasets have been destroyed.',
  },
  templates: {
    question: 'ALL jail templates',
    datasets: ['/templates'],
    done: 'All iocage template datasets have been destroyed.',
  },
  images: { question: 'ALL images', datasets: ['/images'], done: 'The iocage images dataset has been destroyed.' },
  debug: { question: 'ALL debugs', datasets: [], done: 'All iocage debugs have been destroyed.' },
}

/** Destroys everything of one kind, after a question. */
export const run: CommandRun = async (iocage, parsed) => {
  const cleaning = CLEANINGS[parsed.values['type'] ?? '']
  if (cleaning === undefined) throw new IocageError('Please specify a dataset type to clean!')
  if (!parsed.on('force')) {
    iocage.out.warn(`\nThis will destroy ${cleaning.question}`)
    if (!(await confirm('\nAre you sure?'))) return
  }
  if (cleaning.datasets.some((dataset) => dataset === '' || dataset === '/jails')) await stopEverything(iocage)
  if (cleaning.datasets.length === 0) rmSync(path.join(iocage.root, 'debug'), { recursive: true, force: true })
  for (const dataset of cleaning.datasets) {
    iocage.out.info(`Cleaning iocage${dataset}`)
    const { status, stderr } = await zfs('destroy', '-r', '-Rf', `${iocage.pool}/iocage${dataset}`)
    if (status !== 0) throw traceback('iocage_lib.zfs.ZFSException', stderr.trim())
  }
  if (cleaning.datasets.includes('/jails')) {
    const tags = path.join(iocage.root, 'tags')
    if (existsSync(tags)) rmSync(tags, { recursive: true, force: true })
  }
  iocage.out.info(cleaning.done)
}

async function stopEverything(iocage: Iocage): Promise<void> {
  const running = await runningJails()
  for (const jail of readJails(iocage))
    if (running.has(kernelName(jail))) await stopJail({ ...iocage, out: silentOutput }, jail, { force: true })
}
