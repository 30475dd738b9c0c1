import { traceback, type IocageError } from '../errors.ts'
import { faultIsOn } from '../faults.ts'
import type { Iocage } from '../model/iocage-root.ts'

/** How the real one ends without a network: in a Python traceback, about the list of old releases in 1.13. */
export function mirrorAway(iocage: Iocage): IocageError {
  if (iocage.dialect === '0.9.7')
    return traceback('socket.gaierror', '[Errno 8] hostname nor servname provided, or not known')
  return traceback(
    'requests.exceptions.ConnectionError',
    "HTTPSConnectionPool(host='www.freebsd.org', port=443): Max retries exceeded with url: /security/unsupported.html " +
      "(Caused by NewConnectionError('<urllib3.connection.HTTPSConnection object at 0x7f1da21a5590>: Failed to " +
      "establish a new connection: [Errno -3] Temporary failure in name resolution'))",
  )
}

/** Ends the command where the mirror is asked to be away. */
export function refuseMirrorAway(iocage: Iocage): void {
  if (faultIsOn('mirror-away')) throw mirrorAway(iocage)
}
