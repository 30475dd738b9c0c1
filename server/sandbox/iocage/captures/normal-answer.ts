import { stripVTControlCharacters } from 'node:util'

/** Takes out of an answer what differs on every host, and of a traceback its middle. */
export const normalAnswer = (text: string): string =>
  stripVTControlCharacters(text)
    .replaceAll('zroot', 'tank')
    .replaceAll('16.0-RELEASE', '15.0-RELEASE')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID')
    .replace(/\t[0-9a-f]{8}\t/g, '\tUUID\t')
    .replace(/_\d{4}-\d\d-\d\d\.zip/g, '_DATE.zip')
    .replace(/(Host: )\S+/, '$1RELEASE')
    .replace(/(13\.5-RELEASE-p)\d/g, '$1N')
    .replace(/(devfs_ruleset: )\d+/g, '$1N')
    .replace(/(For this system it is: ).*/, '$1CPUS')
    .replace(/[\d.]+MB\/s/g, 'RATE')
    .replace(/^(hostid|mac_prefix):.*$/gm, '$1:')
    // A faster mirror has fewer redraws on the way to the last one.
    .replace(/ \rDownloading: \S+ \[[#-]{20}\] \d+%  RATE\r/g, '')
    .replace(/^(Traceback .*\n)(?: .*\n)+/gm, '$1')
    .replace(/^(requests\.exceptions\.ConnectionError: ).*/m, '$1')
    .trimEnd()
