import dgram from 'node:dgram'
import net from 'node:net'
import os from 'node:os'

/** Facility 13 (log audit), severity 5 (notice) and 1 (alert), of RFC 5424, 6.2.1. */
const NOTICE = 13 * 8 + 5
/** Messages that wait while the other side is away; beyond it the oldest are lost, and counted. */
const WAITING_MAX = 2_000
const RETRY_MS = 5_000
/** What a syslog takes at least without cutting it (RFC 5425: 2048; UDP: RFC 5426). */
const MESSAGE_MAX_BYTES = 8 * 1_024

/** Where audit rows go besides the database. */
export interface Syslog {
  /** Sends one line; never waits, never throws. */
  send(kind: 'row' | 'checkpoint', text: string): void
  close(): void
}

/**
 * Sends to a syslog (RFC 5424) at `udp://host:port`, or at `tcp://host:port` with counted octets (RFC 6587), which waits for
 * a receiver that is away. `log` is told what was lost.
 */
export function openSyslog(target: URL, log: (message: string) => void): Syslog {
  const [host, port] = [target.hostname.replace(/^\[|\]$/g, ''), Number(target.port === '' ? '514' : target.port)]
  const message = (kind: string, text: string): Buffer => {
    const head = `<${NOTICE}>1 ${new Date().toISOString()} ${os.hostname()} cellblock ${process.pid} ${kind} - `
    return Buffer.from(`${head}${text}`).subarray(0, MESSAGE_MAX_BYTES)
  }
  return target.protocol === 'udp:' ? overUdp(host, port, message, log) : overTcp(host, port, message, log)
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

function overTcp(host: string, port: number, message: Message, log: (message: string) => void): Syslog {
  const waiting: Buffer[] = []
  let lost = 0
  let socket: net.Socket | undefined
  let isOpen = false
  let isClosed = false
  let retry: ReturnType<typeof setTimeout> | undefined

  function connect(): void {
    socket = net.connect(port, host, () => {
      isOpen = true
      if (lost > 0) log(`syslog: ${lost} messages were lost while ${host}:${port} was away`)
      lost = 0
      for (const one of waiting.splice(0)) socket?.write(one)
    })
    socket.unref()
    socket.on('error', (error) => log(`syslog: ${error.message}`))
    socket.on('close', () => {
      isOpen = false
      if (!isClosed) retry = setTimeout(connect, RETRY_MS).unref()
    })
    socket.resume()
  }
  connect()
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
