import { connect as connectHttp2 } from 'node:http2'
import { setImmediate } from 'node:timers/promises'
import { faces } from '../coinflip.ts'
import { unsyncedCall } from '../load/bodies.ts'
import { type Attack, type Caller, connect, count, pause, repeat } from './caller.ts'

const bodyBytes = 4_000_000
const milestones = 2_500
const limitMs = 10_000
/** Namespace of the objects in hostile bodies. */
export const hostileNamespace = 'hostile'

const uidLength = 24

/** The parent of a recorded call with another uid, so many milestones and no status. */
function parentWith(milestones: number): string {
  const { parent } = unsyncedCall('sync-third-tail', '#'.repeat(uidLength))
  const metadata = { ...parent.metadata, namespace: hostileNamespace, name: 'large' }
  const flips = 'HTTT'.repeat(milestones)
  return JSON.stringify({ ...parent, metadata, spec: { flips: faces(flips) } })
}

/** A call of `bodyBytes`, padded by `fill`. */
function bodyWith(milestones: number, fill: (bytes: number) => string): Buffer {
  const head = `{"parent":${parentWith(milestones)},"children":`
  return Buffer.from(`${head}${fill(bodyBytes - head.length - 1)}}`)
}

/** Empty objects take the most memory for their bytes of JSON. */
const dense = (bytes: number) => `[${'{},'.repeat(Math.floor((bytes - 4) / 3))}{}]`
const nested = (bytes: number) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2)
const managed = (bytes: number) => {
  const piece = '"managedFields":[0],'
  return `{${piece.repeat(Math.floor((bytes - 8) / piece.length))}"x":0}`
}

let written = 0
/** A copy with a new uid, so that all its milestones are unpublished. */
function withNewUid(body: Buffer): Buffer {
  const copy = Buffer.from(body)
  written += 1
  const uid = `${process.pid}-${Date.now()}-${written}`.slice(-uidLength).padStart(uidLength, '0')
  copy.write(uid, copy.indexOf('#'.repeat(uidLength)))
  return copy
}

/** Sends a whole call; answers a function that closes its connection. */
async function send(caller: Caller, body: Buffer): Promise<(() => void) | undefined> {
  const over = AbortSignal.any([caller.signal, AbortSignal.timeout(limitMs)])
  const flushed = (write: (done: () => void) => void) =>
    new Promise<void>((resolve) => {
      over.addEventListener('abort', () => resolve(), { once: true })
      write(resolve)
    })
  if (caller.protocol === 'HTTP/2') {
    const session = connectHttp2(caller.target.url, { ca: caller.target.ca })
    session.on('error', () => {})
    const headers = { ':method': 'POST', ':path': '/sync', 'content-type': 'application/json' }
    const stream = session.request({ ...headers, 'content-length': body.length })
    stream.on('error', () => {}).resume()
    await flushed((done) => stream.once('close', done).end(body, done))
    await setImmediate()
    return () => session.destroy()
  }
  const socket = await connect(caller)
  if (!socket) return undefined
  socket.resume()
  const head = 'POST /sync HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n'
  socket.write(`${head}Content-Length: ${body.length}\r\n\r\n`)
  await flushed((done) => socket.once('close', done).write(body, done))
  return () => socket.destroy()
}

/** So many bodies, two at a time, whose caller disconnects as soon as each is sent. */
export function abandonBodies(bodies: number, pauseMs = 250): Attack {
  return async (caller) => {
    const body = bodyWith(Math.ceil(milestones * caller.strength), dense)
    const { signal } = caller
    let left = bodies
    const lane = async () => {
      while (left > 0 && !signal.aborted) {
        left -= 1
        const end = await send(caller, withNewUid(body))
        if (end) count(caller, 'bodies')
        else left += 1
        end?.()
        await pause(pauseMs, signal)
      }
    }
    await Promise.all([lane(), lane()])
  }
}

/** Bodies that are slow to parse, one after the other. */
function slow(fill: (bytes: number) => string): Attack {
  return async (caller) => {
    const body = bodyWith(0, fill)
    await repeat(caller, 1, 500, async () => {
      const end = await send(caller, withNewUid(body))
      if (end) count(caller, 'bodies')
      await pause(1_000, caller.signal)
      end?.()
    })
  }
}
export const manyManagedFields = slow(managed)
export const deeplyNested = slow(nested)
