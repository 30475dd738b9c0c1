import dgram from 'node:dgram'
import net from 'node:net'
import os from 'node:os'
import tls from 'node:tls'

/** Facility 13 (log audit), severity 5 (notice) and 1 (alert), of RFC 5424, 6.2.1. */
const NOTICE = 13 * 8 + 5
/** Messages that wait while the other side is away; beyond it the oldest are lost, and counted. */
const WAITING_MAX = 2_000
const RETRY_MS = 5_000
const PORTS: Partial<Record<string, string>> = { 'tls:': '6514' }
const DEFAULT_PORT = '514'
/** What a syslog takes at least without cutting it (RFC 5425: 2048; UDP: RFC 5426). */
const MESSAGE_MAX_BYTES = 8 * 1_024

/** Where audit rows go besides the database. */
export interface Syslog {
  /** Sends one line; never waits, never throws. */
  send(kind: 'row' | 'checkpoint', text: string): void
  close(): void
}

export interface SyslogTarget {
  /** `tls://host:port` (RFC 5425), or in clear `tcp://host:port` (RFC 6587) or `udp://host:port` (RFC 5426). */
  url: URL
  /** Certificates in PEM that the receiver's must come from; undefined: the well-known ones that Node brings. */
  ca: string | undefined
  /** What a receiver gets that asks who sends (TLS client certificate), both in PEM. */
  own: { cert: string; key: string } | undefined
}

/**
 * Sends to a syslog (RFC 5424). By `tls` and `tcp` a receiver that is away is waited for; by `tls` it must have a
 * certificate for its name in `url`, or gets nothing. `log` is told what was lost.
 */
export function openSyslog({ url, ca, own }: SyslogTarget, log: (message: string) => void): Syslog {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port === '' ? (PORTS[url.protocol] ?? DEFAULT_PORT) : url.port)
  const message = (kind: string, text: string): Buffer => {
    const head = `<${NOTICE}>1 ${new Date().toISOString()} ${os.hostname()} cellblock ${process.pid} ${kind} - `
    return Buffer.from(`${head}${text}`).subarray(0, MESSAGE_MAX_BYTES)
  }
  if (url.protocol === 'udp:') return overUdp(host, port, message, log)
  const connect =
    url.protocol === 'tls:'
      ? (onOpen: () => void) =>
          tls.connect(
            // A name of the host for servers with several certificates is a name, not an address (RFC 6066, 3).
            { host, port, minVersion: 'TLSv1.2', ca, ...own, ...(net.isIP(host) === 0 ? { servername: host } : {}) },
            onOpen,
          )
      : (onOpen: () => void) => net.connect(port, host, onOpen)
  return overStream(`${host}:${port}`, connect, message, log)
}

type Message = (kind: string, text: string) => Buffer

function overUdp(host: string, port: number, message: Message, log: (message: string) => void): Syslog {
  const socket = dgram.createSocket(net.isIPv6(host) ? 'udp6' : 'udp4')
  socket.on('error', (error) => log(`syslog: ${error.message}`))
  socket.unref()
  return {
    send: (kind, text) =>
      socket.send(message(kind, text), port, host, (error) => {
        if (error) log(`syslog: ${error.message}`)
      }),
    close: () => void socket.close(),
  }
}

/** Messages with their octets counted, over connections that `connect` makes. */
function overStream(
  place: string,
  connect: (onOpen: () => void) => net.Socket,
  message: Message,
  log: (message: string) => void,
): Syslog {
  const waiting: Buffer[] = []
  let lost = 0
  let socket: net.Socket | undefined
  let isOpen = false
  let isClosed = false
  let retry: ReturnType<typeof setTimeout> | undefined

  function open(): void {
    socket = connect(() => {
      isOpen = true
      if (lost > 0) log(`syslog: ${lost} messages were lost while ${place} was away`)
      lost = 0
      for (const one of waiting.splice(0)) socket?.write(one)
    })
    socket.unref()
    socket.on('error', (error) => log(`syslog: ${error.message}`))
    socket.on('close', () => {
      isOpen = false
      if (!isClosed) retry = setTimeout(open, RETRY_MS).unref()
    })
    socket.resume()
  }
  open()
  return {
    send(kind, text) {
      const body = message(kind, text)
      const framed = Buffer.concat([Buffer.from(`${body.length} `), body])
      if (isOpen) return void socket?.write(framed)
      waiting.push(framed)
      if (waiting.length <= WAITING_MAX) return
      waiting.shift()
      lost += 1
    },
    close() {
      isClosed = true
      clearTimeout(retry)
      socket?.end()
    },
  }
}
