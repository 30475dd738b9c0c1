import { spawn } from 'node:child_process'
import { traceback } from '../errors.ts'
import { hostFront } from '../model/host.ts'

/** Copies a snapshot into a dataset: `zfs send SNAPSHOT | zfs receive -F DATASET`, by the sandbox's own command. */
export async function sendReceive(snapshot: string, dataset: string): Promise<void> {
  const send = spawn(hostFront('zfs'), ['send', snapshot], { stdio: ['ignore', 'pipe', 'pipe'] })
  const receive = spawn(hostFront('zfs'), ['receive', '-F', dataset], { stdio: [send.stdout, 'ignore', 'pipe'] })
  let errors = ''
  send.stderr.on('data', (text: Buffer) => (errors += text.toString()))
  receive.stderr?.on('data', (text: Buffer) => (errors += text.toString()))
  const [sent, received] = await Promise.all([ended(send), ended(receive)])
  if (sent !== 0 || received !== 0) throw traceback('iocage_lib.zfs.ZFSException', errors.trim())
}

const ended = (child: ReturnType<typeof spawn>): Promise<number> =>
  new Promise(resolve => {
    child.on('error', () => resolve(1))
    child.on('close', code => resolve(code ?? 1))
  })
