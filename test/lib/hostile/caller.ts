import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { setTimeout as delay, setImmediate } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { preface, settings } from './frames.ts'

/** Protocol of a hostile caller: HTTP/1.1 in plain text or over TLS, or HTTP/2 over TLS. */
export type Protocol = 'HTTP/1.1' | 'TLS' | 'HTTP/2'

/** The service that it calls. */
export interface Target {
  /** URL of the hook port, without a path. */
  url: string
  adminUrl: string
  ca?: string | undefined
}

/** A hostile caller. */
export interface Caller {
  target: Target
  protocol: Protocol
  /** Strength of the attack, from 0 to 1. */
  strength: number
  /** Stops the sending when aborted; open connections stay open. */
  signal: AbortSignal
  /** Counts of what it has sent, by name. */
  sent: Record<string, number>
}

/** Sends until it is done or its signal is aborted. */
export type Attack = (caller: Caller) => Promise<void>

const connectLimitMs = 10_000
/** Pause between two writes of an attack below full strength. */
const gentleMs = 10
/** Limit for one connection, so that every attack ends. */
const maximumWrites = 100_000

/** Refuses every target that is not on this machine. */
export function checkLoopback(url: string): URL {
  const parsed = new URL(url)
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(parsed.hostname))
    throw new Error(`${parsed.host} is not on this machine`)
  return parsed
}

export function count({ sent }: Caller, what: string, number = 1): void {
  sent[what] = (sent[what] ?? 0) + number
}

/** Opens a connection; undefined if that fails. Its errors are ignored. */
export async function connect(
  { target, protocol, signal }: Caller,
  plain = protocol === 'HTTP/1.1',
): Promise<Socket | undefined> {
  const { port } = checkLoopback(target.url)
  const place = { host: '127.0.0.1', port: Number(port) }
  const ALPNProtocols = [protocol === 'HTTP/2' ? 'h2' : 'http/1.1']
  const socket = plain
    ? connectTcp(place)
    : connectTls({ ...place, servername: 'localhost', ALPNProtocols, ca: target.ca })
  socket.on('error', () => {})
  const limit = AbortSignal.any([signal, AbortSignal.timeout(connectLimitMs)])
  try {
    await once(socket, plain ? 'connect' : 'secureConnect', { signal: limit })
    return socket
  } catch {
    socket.destroy()
    return undefined
  }
}

/** Opens an HTTP/2 session that discards responses or, without `reads`, never reads them. */
export async function openSession(
  caller: Caller,
  { window, reads = true }: { window?: number; reads?: boolean } = {},
): Promise<Socket | undefined> {
  const socket = await connect(caller)
  if (!socket) return undefined
  if (reads) socket.resume()
  socket.write(Buffer.concat([preface, settings(window)]))
  count(caller, 'sessions')
  return socket
}

/** Resolves when the socket drains, closes, or the signal is aborted. */
function drained(socket: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    socket.once('drain', done).once('close', done)
    signal.addEventListener('abort', done, { once: true })
    if (signal.aborted || socket.destroyed) done()
  })
}

/** Writes as fast as the service reads, until it closes the connection. */
export async function pour(
  caller: Caller,
  socket: Socket,
  what: string,
  next: () => Buffer,
  { each = 1, everyMs = 0 } = {},
): Promise<void> {
  const { signal, strength } = caller
  const waitMs = Math.max(everyMs, strength < 1 ? gentleMs : 0)
  for (let i = 0; i < maximumWrites && socket.writable && !signal.aborted; i++) {
    const free = socket.write(next())
    count(caller, what, each)
    if (!free) await drained(socket, signal)
    else if (waitMs > 0) await pause(waitMs, signal)
    else await setImmediate()
  }
}

/** Writes the frames that `piece` makes for each stream, `batch` streams at a time. */
export function pourStreams(
  caller: Caller,
  socket: Socket,
  what: string,
  batch: number,
  piece: (stream: number) => Buffer,
): Promise<void> {
  let first = 1
  const next = () => {
    const all = Array.from({ length: batch }, (_, i) => piece(first + 2 * i))
    first += 2 * batch
    return Buffer.concat(all)
  }
  return pour(caller, socket, what, next, { each: batch })
}

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {})
}

/** Repeats some work in parallel lanes, each with a pause between two rounds. */
export async function repeat(
  { signal, strength }: Caller,
  lanes: number,
  pauseMs: number,
  work: () => Promise<unknown>,
): Promise<void> {
  const lane = async () => {
    while (!signal.aborted) {
      await work()
      await pause(pauseMs, signal)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.round(lanes * strength)) }, lane))
}
