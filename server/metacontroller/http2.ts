import type { EventEmitter } from 'node:events'
import {
  constants,
  createSecureServer,
  type Http2SecureServer,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import { createShare } from './share.ts'

/**
 * How much of a body may be on its way. With HTTP/2's own 64 KB for a stream and a session, a few
 * large bodies hold up each other and everything else.
 */
const streamWindowBytes = 1_048_576
const sessionWindowBytes = 4_194_304

/** Streams of one session, and of all together: a stream whose answer is not taken holds 12 KB. */
const maxSessionStreams = 256
const maxStreams = 1_024

/** Memory of one session in MB, as Node counts it: headers, streams, what is queued to be sent. */
const maxSessionMemory = 4

/**
 * Unanswered streams that a session may reset, at once and a second: Node's own rate, with a burst
 * for as many calls as Metacontroller has workers.
 */
const resetBurst = 256
const resetsPerSecond = 33

/**
 * Node's own limit counts answered streams as well, which Go resets where its body was refused: an
 * overload had 3,900 a second for a minute. These cost no more than the calls themselves.
 */
const answeredResets = { streamResetBurst: 20_000, streamResetRate: 10_000 }

/** How long a session that is closed may take to end; its calls end before that by themselves. */
const closeGraceMs = 15_000

/** Ends a session in good order, and by force where its peer stopped in the middle of a frame. */
function endSession(session: ServerHttp2Session): void {
  session.close()
  const timer = setTimeout(() => session.destroy(), closeGraceMs).unref()
  session.once('close', () => clearTimeout(timer))
}

/** Runs `end` when a connection reaches its age, 10 % spread, unless it closes before. */
export function onExpiry(connection: EventEmitter, ageMs: number, end: () => void): void {
  const spread = 0.9 + Math.random() * 0.2
  const timer = setTimeout(end, ageMs * spread).unref()
  connection.once('close', () => clearTimeout(timer))
}

/** Counts down by each reset and up with time; says whether a reset is one too many. */
function createResetLimit(): () => boolean {
  let left = resetBurst
  let last = performance.now()
  return () => {
    const now = performance.now()
    left = Math.min(resetBurst, left + ((now - last) / 1000) * resetsPerSecond) - 1
    last = now
    return left < 0
  }
}

export interface Http2Timeouts {
  /** Age at which a session ends, so that replicas share the work, in ms. */
  sessionAgeMs: number
  /** How long a session may be idle. */
  idleMs: number
  /** How long the first request may take to begin. */
  requestMs: number
}

/**
 * A server of HTTP/2 and HTTP/1.1 over TLS whose sessions are bounded: streams, memory, resets of
 * streams that are not answered yet, age, idle time, time to the first request. Metacontroller opens
 * one session only, so the age is how replicas come to share the work.
 */
export function createHttp2Server(
  tls: SecureServerOptions,
  { sessionAgeMs, idleMs, requestMs }: Http2Timeouts,
): Http2SecureServer {
  const server = createSecureServer({
    ...tls,
    ...answeredResets,
    allowHTTP1: true,
    handshakeTimeout: requestMs,
    maxSessionMemory,
    settings: { initialWindowSize: streamWindowBytes, maxConcurrentStreams: maxSessionStreams },
  })
  const streams = createShare(maxStreams)

  server.on('session', (session: ServerHttp2Session) => {
    session.setLocalWindowSize(sessionWindowBytes)
    session.setTimeout(idleMs, () => endSession(session))
    onExpiry(session, sessionAgeMs, () => endSession(session))
    const first = setTimeout(() => session.destroy(), requestMs).unref()
    session.once('stream', () => clearTimeout(first)).once('close', () => clearTimeout(first))

    const isTooMany = createResetLimit()
    function countReset(): void {
      if (session.destroyed || !isTooMany()) return
      session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM)
    }
    // Before Node makes a request of it.
    session.prependListener('stream', (stream: ServerHttp2Stream) => {
      if (stream.closed) countReset()
      else if (!streams.tryTake(session)) {
        countReset()
        stream.close(constants.NGHTTP2_REFUSED_STREAM)
      } else {
        stream.once('close', () => streams.give(session))
        // Only a stream that is not answered yet can be aborted.
        stream.once('aborted', countReset)
      }
    })
  })
  return server
}
