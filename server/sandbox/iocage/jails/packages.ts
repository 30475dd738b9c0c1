import { IocageError } from '../errors.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { setting, type Jail } from '../model/jail.ts'

/** `create -p`: the sandbox has no packages of FreeBSD, so after the checks of the real one it says that and fails. */
export async function installPackages(iocage: Iocage, jail: Jail, packages: readonly string[]): Promise<void> {
  if (setting(jail, 'ip4_addr') === 'none' && setting(jail, 'ip6_addr') === 'none') {
    iocage.out.warn(' WARNING: You need an IP address for the jail to install packages!\n')
    return
  }
  throw new IocageError(
    `A Cellblock sandbox has no FreeBSD packages: ${packages.join(', ')} cannot be installed (the jail was created).`,
  )
}
