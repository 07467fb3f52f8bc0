import { Agent, get } from 'node:http'
import { type Attack, checkLoopback, count, openSession, pourStreams, repeat } from './caller.ts'
import { open, request } from './frames.ts'

const batch = 20

/** Requests with a method that does not exist. */
export const unknownMethods: Attack = (caller) =>
  repeat(caller, 4, 250, async () => {
    const socket = await openSession(caller)
    if (!socket) return
    const block = request('BREW', '/sync')
    await pourStreams(caller, socket, 'requests', batch, (stream) => open(stream, block))
  })

const readers = 400

/** 400 clients that read the metrics again and again, each over its own connection. */
export const metricsReaders: Attack = async (caller) => {
  const { href } = checkLoopback(`${caller.target.adminUrl}/metrics`)
  const agent = new Agent({ keepAlive: true, maxSockets: readers })
  const { signal } = caller
  const read = () =>
    new Promise<void>((resolve) => {
      const call = get(href, { agent, signal }, (response) => {
        count(caller, 'requests')
        response
          .on('error', () => {})
          .on('close', resolve)
          .resume()
      })
      call.on('error', () => resolve())
    })
  await repeat(caller, readers, 10, read)
}
