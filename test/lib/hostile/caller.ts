import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { setTimeout as delay, setImmediate } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { preface, settings } from './frames.ts'

/** How a hostile caller speaks: HTTP/1.1, the same over TLS, or HTTP/2, which is always over TLS. */
export type Protocol = 'HTTP/1.1' | 'TLS' | 'HTTP/2'

/** Whom it calls. */
export interface Target {
  /** Of the hook port, without a path. */
  url: string
  adminUrl: string
  ca?: string | undefined
}

/** A hostile caller at work. */
export interface Caller {
  target: Target
  protocol: Protocol
  /** From 0 to 1: how much of the attack; 1 is all of it. */
  strength: number
  /** Once aborted it sends nothing more, but leaves open what is open. */
  signal: AbortSignal
  /** What it has sent, by name. */
  sent: Record<string, number>
}

/** Sends what it has to send, until it is done or its signal is aborted. */
export type Attack = (caller: Caller) => Promise<void>

const connectLimitMs = 10_000
/** Between two writes of an attack that is not to be as strong as can be. */
const gentleMs = 10
/** For one connection, so that no attack goes on without end. */
const mostWrites = 100_000

/** Throws for whatever is not on this machine: these callers are for nobody else. */
export function checkLoopback(url: string): URL {
  const parsed = new URL(url)
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(parsed.hostname))
    throw new Error(`${parsed.host} is not on this machine`)
  return parsed
}

export function count({ sent }: Caller, what: string, number = 1): void {
  sent[what] = (sent[what] ?? 0) + number
}

/** A new connection, or undefined if none is to be had. Its errors are nobody's concern. */
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

/** A session of HTTP/2 whose answers are thrown away, or, without `reads`, never taken. */
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

/** Resolves when more can be written, or never will. */
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

/** Writes as fast as the other side takes it, until it closes. */
export async function pour(
  caller: Caller,
  socket: Socket,
  what: string,
  next: () => Buffer,
  { each = 1, everyMs = 0 } = {},
): Promise<void> {
  const { signal, strength } = caller
  const waitMs = Math.max(everyMs, strength < 1 ? gentleMs : 0)
  for (let i = 0; i < mostWrites && socket.writable && !signal.aborted; i++) {
    const free = socket.write(next())
    count(caller, what, each)
    if (!free) await drained(socket, signal)
    else if (waitMs > 0) await pause(waitMs, signal)
    else await setImmediate()
  }
}

/** Writes the frames that `piece` makes for one stream after the other, so many streams at a time. */
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

/** Does some work in so many lanes at once, each over and over again with a pause between. */
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
