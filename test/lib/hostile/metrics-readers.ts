import { Agent, get } from 'node:http'
import { type Attack, checkLoopback, count, repeat } from './caller.ts'

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
        response.on('error', () => {}).on('close', resolve)
        response.resume()
      })
      call.on('error', () => resolve())
    })
  await repeat(caller, readers, 10, read)
}
