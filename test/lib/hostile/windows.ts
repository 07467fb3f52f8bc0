import { type Attack, openSession, pourStreams, repeat } from './caller.ts'
import { open, request } from './frames.ts'

const sessions = 20
const batch = 50

/** Requests whose answers are held back: by a window of 0, or by never reading the connection. */
export function holdAnswers(path: string, how: { window?: number; reads?: boolean }): Attack {
  const block = request('GET', path)
  return (caller) =>
    repeat(caller, sessions, 250, async () => {
      const socket = await openSession(caller, how)
      if (socket)
        await pourStreams(caller, socket, 'requests', batch, (stream) => open(stream, block))
    })
}
