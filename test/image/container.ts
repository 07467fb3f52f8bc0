import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { onExit } from '../../hack/lib/exit.ts'
import { freePort } from '../../hack/lib/free-port.ts'
import { type Ended, start } from '../../hack/lib/process.ts'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { image, output } from './image.ts'

/** A container of the image, with the restrictions of its pod. */
export interface Container {
  /** `127.0.0.1:<port>` of the hooks. */
  host: string
  readyMs: number
  /** The lines that it has logged, oldest first. */
  log: readonly string[]
  /** Evaluates an expression in the container, beside the service, and gives its value. */
  evaluate(expression: string): Promise<unknown>
  /** Sends SIGTERM, and SIGKILL after 10 s; resolves to how and after what time it ended. */
  stop(): Promise<Ended & { afterMs: number }>
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`)
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

/** Runs the image until it is ready; the container is gone when the test ends. */
export async function startContainer(
  t: Test,
  settings: Record<string, string>,
  mounts: readonly string[] = [],
): Promise<Container> {
  const name = `coinflip-test-${randomUUID()}`
  const [port, adminPort] = [await freePort(), await freePort()]
  const all = { HOST: '127.0.0.1', PORT: port, ADMIN_PORT: adminPort, ...settings }
  const restrictions = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges']
  const options = [
    ...['--rm', '--name', name, '--network', 'host', '--memory', '256m', ...restrictions],
    ...Object.entries(all).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...mounts.flatMap((mount) => ['--volume', mount]),
  ]
  const startedAt = performance.now()
  const docker = start('docker', ['run', ...options, image], { env: process.env })
  // The end of the client would leave the container running.
  const remove = () => void spawnSync('docker', ['rm', '--force', name], { stdio: 'ignore' })
  const forget = onExit(remove)
  let ended: Ended | undefined
  void docker.ended.then((how) => {
    ended = how
  })
  t.teardown(() => {
    if (!ended) remove()
    forget()
  })
  const log: string[] = []
  for (const stream of [docker.child.stdout, docker.child.stderr])
    if (stream) createInterface(stream).on('line', (line) => log.push(line))

  const ready = await waitFor(
    () => isReady(adminPort),
    (ok) => ok || ended !== undefined,
  )
  if (!ready) throw new Error(`the container ended (${ended?.cause}): ${log.join('\n')}`)
  return {
    host: `127.0.0.1:${port}`,
    readyMs: Math.round(performance.now() - startedAt),
    log,
    async evaluate(expression) {
      const print = ['--print', `JSON.stringify(${expression})`]
      return JSON.parse(await output('docker', 'exec', name, '/nodejs/bin/node', ...print))
    },
    async stop() {
      const from = performance.now()
      await output('docker', 'stop', '-t', '10', name)
      return { ...(await docker.ended), afterMs: Math.round(performance.now() - from) }
    },
  }
}
