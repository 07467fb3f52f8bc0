import type { EventEmitter } from 'node:events'
import {
  constants,
  createSecureServer,
  type Http2SecureServer,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import { createOpenStreams } from './streams.ts'

/**
 * How many bytes of a body may be in flight. With HTTP/2's own 64 KB for a stream and a session, a few
 * large bodies block each other and all other calls.
 */
const streamWindowBytes = 1_048_576
const sessionWindowBytes = 4_194_304

/**
 * How long a new session may be without a request. A client opens a session for a request that it has
 * at hand; 510 sessions without one kept new connections of their address out for as long as this.
 */
const maxSilenceMs = 3_000

/** Streams of one session, as many as Metacontroller has workers, and of all sessions. */
const maxSessionStreams = 256
const maxStreams = 2_048

/** Memory of one session in MB, as Node counts it: headers, streams, data queued to be sent. */
const maxSessionMemory = 8

/**
 * Streams that a session may reset at once and a second. Metacontroller resets calls that it cancels,
 * at most one for each of its workers at once, and large bodies that are refused on their way: 35 a
 * second in an overload. With Node's burst of 1,000, 167 sessions of a flood took a quarter of a
 * neighbour's calls.
 */
const resets = { streamResetBurst: 256, streamResetRate: 100 }

/** How long a closed session may take to end; its calls end earlier by themselves. */
const closeGraceMs = 15_000

/** Closes a session gracefully, and destroys it where its peer stopped in the middle of a frame. */
function closeSession(session: ServerHttp2Session): void {
  session.close()
  const timer = setTimeout(() => session.destroy(), closeGraceMs).unref()
  session.once('close', () => clearTimeout(timer))
}

/** Runs `end` when a connection reaches its age, plus or minus 10 %, unless it closes before. */
export function onExpiry(connection: EventEmitter, ageMs: number, end: () => void): void {
  const spread = 0.9 + Math.random() * 0.2
  const timer = setTimeout(end, ageMs * spread).unref()
  connection.once('close', () => clearTimeout(timer))
}

export interface Http2Timeouts {
  /** Age at which a session ends, so that replicas share the work, in ms. */
  sessionAgeMs: number
  /** How long a session may be idle. */
  idleMs: number
  /** How long a request may take to arrive; the first one begins within 3 s. */
  requestMs: number
}

/**
 * Creates a server of HTTP/2 and HTTP/1.1 over TLS whose sessions are bounded: streams, memory,
 * resets, age, idle time, time to the first request. Metacontroller opens one session only, so their
 * age makes replicas share the work.
 */
export function createHttp2Server(
  tls: SecureServerOptions,
  { sessionAgeMs, idleMs, requestMs }: Http2Timeouts,
): Http2SecureServer {
  const server = createSecureServer({
    ...tls,
    ...resets,
    allowHTTP1: true,
    handshakeTimeout: requestMs,
    maxSessionMemory,
    settings: { initialWindowSize: streamWindowBytes, maxConcurrentStreams: maxSessionStreams },
  })
  const streams = createOpenStreams(maxStreams)

  server.on('session', (session: ServerHttp2Session) => {
    session.setLocalWindowSize(sessionWindowBytes)
    session.setTimeout(idleMs, () => closeSession(session))
    onExpiry(session, sessionAgeMs, () => closeSession(session))
    const silenceMs = Math.min(requestMs, maxSilenceMs)
    const first = setTimeout(() => session.destroy(), silenceMs).unref()
    session.once('stream', () => clearTimeout(first)).once('close', () => clearTimeout(first))

    // Before Node creates a request from it.
    session.prependListener('stream', (stream: ServerHttp2Stream) => {
      if (!stream.closed && !streams.tryAdd(session, stream))
        stream.close(constants.NGHTTP2_REFUSED_STREAM)
    })
  })
  return server
}
