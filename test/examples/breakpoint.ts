import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import type { Test } from 'tap'
import { type Env, end, type Running, start } from '../../hack/lib/process.ts'

interface Message {
  id?: number
  method?: string
}

/** Speaks the protocol of Node's inspector: sends commands in order, and waits for events. */
async function attach(t: Test, address: string) {
  const socket = new WebSocket(address)
  t.teardown(() => socket.close())
  await once(socket, 'open')
  const received = (matches: (message: Message) => boolean) =>
    new Promise<void>((resolve) => {
      socket.addEventListener('message', function read({ data }) {
        if (!matches(JSON.parse(data))) return
        socket.removeEventListener('message', read)
        resolve()
      })
    })
  let sent = 0
  return {
    event: (name: string) => received(({ method }) => method === name),
    async command(method: string, params = {}) {
      sent += 1
      const id = sent
      const answered = received((message) => message.id === id)
      socket.send(JSON.stringify({ id, method, params }))
      await answered
    },
  }
}

/** Starts a Node program, and resolves when it is about to run the line that has `text`. */
export async function startUntil(t: Test, file: string, text: string, env: Env): Promise<Running> {
  const lines = readFileSync(file, 'utf8').split('\n')
  const lineNumber = lines.findIndex((line) => line.includes(text))
  if (lineNumber < 0) throw new Error(`${file} has no line with ${text}`)
  const program = start(process.execPath, ['--inspect-wait=127.0.0.1:0', file], { env })
  t.teardown(() => end(program, 'SIGKILL'))
  program.child.stdout?.resume()
  const address = Promise.withResolvers<string>()
  createInterface(program.child.stderr ?? process.stdin).on('line', (line) => {
    const [, found] = /listening on (ws:\S+)/.exec(line) ?? []
    if (found) address.resolve(found)
  })
  void program.ended.then(({ cause }) => address.reject(new Error(`${file} ended (${cause})`)))
  const { command, event } = await attach(t, await address.promise)
  const paused = event('Debugger.paused')
  await command('Debugger.enable')
  await command('Debugger.setBreakpointByUrl', { url: pathToFileURL(file).href, lineNumber })
  await command('Runtime.runIfWaitingForDebugger')
  await paused
  return program
}
