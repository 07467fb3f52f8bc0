import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { startDaemon } from '../../hack/lib/daemon.ts'
import { onExit } from '../../hack/lib/exit.ts'
import { freePort } from '../../hack/lib/free-port.ts'
import { isOk } from '../../hack/lib/is-ok.ts'
import { outputOf } from '../../hack/lib/process.ts'
import { image } from './image.ts'

/** Runs the image with the restrictions of its pod until it is ready; gone when the test ends. */
export async function startContainer(
  t: Test,
  settings: Record<string, string>,
  { mounts = [], user }: { mounts?: readonly string[]; user?: string } = {},
) {
  const name = `coinflip-test-${randomUUID()}`
  const [port, adminPort] = [await freePort(), await freePort()]
  const all = { HOST: '127.0.0.1', PORT: port, ADMIN_PORT: adminPort, ...settings }
  const restrictions = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges']
  const options = [
    ...['--rm', '--name', name, '--network', 'host', '--memory', '256m', ...restrictions],
    ...Object.entries(all).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...mounts.flatMap((mount) => ['--volume', mount]),
    ...(user ? ['--user', user] : []),
  ]
  // The end of the client would leave the container running.
  const remove = () => void spawnSync('docker', ['rm', '--force', name], { stdio: 'ignore' })
  const forget = onExit(remove)
  t.teardown(() => {
    remove()
    forget()
  })
  const log: string[] = []
  const startedAt = performance.now()
  const docker = await startDaemon({
    name: 'the container',
    command: 'docker',
    args: ['run', ...options, image],
    env: process.env,
    isReady: () => isOk(`http://127.0.0.1:${adminPort}/readyz`),
    onLine: (line) => void log.push(line),
    timeoutMs: 60_000,
  })
  return {
    /** `127.0.0.1:<port>` of the hooks. */
    host: `127.0.0.1:${port}`,
    readyMs: Math.round(performance.now() - startedAt),
    /** The lines that it has logged, oldest first. */
    log,
    /** Evaluates an expression in the container, beside the service, and gives its value. */
    async evaluate(expression: string): Promise<unknown> {
      const print = ['--print', `JSON.stringify(${expression})`]
      return JSON.parse(await outputOf('docker', 'exec', name, '/nodejs/bin/node', ...print))
    },
    /** Sends SIGTERM, and SIGKILL after 10 s; resolves to how and after what time it ended. */
    async stop() {
      const from = performance.now()
      await outputOf('docker', 'stop', '-t', '10', name)
      return { ...(await docker.ended), afterMs: Math.round(performance.now() - from) }
    },
  }
}
