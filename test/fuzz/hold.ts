import { connect, type Socket } from 'node:net'

/**
 * Takes a place by a call whose body does not come, again each time that the service runs out of
 * patience, until the function is called that it gives.
 */
export async function holdPlace(url: string): Promise<() => Promise<void>> {
  const lines = ['POST /sync HTTP/1.1', 'Host: hook', 'Content-Type: application/json']
  const head = `${[...lines, 'Content-Length: 2'].join('\r\n')}\r\n\r\n`
  let socket: Socket
  let held = true
  /** Resolves when the place is lost. */
  const hold = (onTaken = () => {}) =>
    new Promise<void>((resolve) => {
      socket = connect(Number(new URL(url).port), '127.0.0.1', onTaken).resume()
      // A close follows each error.
      socket.on('error', () => {})
      socket.once('close', () => resolve())
      socket.write(head)
    })
  let lost: Promise<void> | undefined
  await new Promise<void>((resolve) => {
    lost = hold(resolve)
  })
  const ended = (async () => {
    await lost
    while (held) await hold()
  })()
  return () => {
    held = false
    socket.end('{}')
    return ended
  }
}
