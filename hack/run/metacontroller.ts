import { execFileSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { which } from 'zx/core'
import { runFolder } from '../kube/objects.ts'
import { type Daemon, startDaemon } from '../lib/daemon.ts'
import { onExit } from '../lib/exit.ts'
import { freePort } from '../lib/free-port.ts'
import { isOk } from '../lib/is-ok.ts'
import { run } from '../lib/process.ts'
import { step, warn } from '../lib/script.ts'
import { UserError } from '../lib/user-error.ts'
import { hostSelector } from '../metacontroller/composite.ts'
import { deployedFlags, pinnedImage as image } from '../metacontroller/metacontroller.ts'

/** How to start Metacontroller on this machine. */
type Program =
  | { kind: 'binary'; path: string }
  | { kind: 'image'; image: string; container: string }

const pullLimitMs = 300_000

const advice = 'METACONTROLLER_BIN names the program'

/** Pulls the image before anything in the cluster depends on it. */
async function pull(): Promise<void> {
  if ((await run('docker', ['image', 'inspect', image])).failure === undefined) return
  const pull = () => run('docker', ['pull', '--quiet', image], { limitMs: pullLimitMs })
  const { failure } = await step(`getting ${image}`, pull)
  if (failure !== undefined)
    throw new UserError(`no Metacontroller (docker pull: ${failure}): ${advice}`)
}

/** METACONTROLLER_BIN, the PATH, or the image in a Docker engine. */
export async function findMetacontrollerProgram(): Promise<Program> {
  const named = process.env.METACONTROLLER_BIN
  if (named) {
    const path = await which(named, { nothrow: true })
    if (path) return { kind: 'binary', path }
    throw new UserError(`METACONTROLLER_BIN=${named} is no program`)
  }
  const path = await which('metacontroller', { nothrow: true })
  if (path) return { kind: 'binary', path }
  if (!(await which('docker', { nothrow: true })))
    throw new UserError(`no Metacontroller: ${advice}, or install Docker, which runs ${image}`)
  await pull()
  return { kind: 'image', image, container: `coinflip-metacontroller-${process.pid}` }
}

/** The command that runs it with these flags; a container gets the kubeconfig mounted. */
export function commandOf(
  program: Program,
  kubeconfig: string,
  flags: readonly string[],
): [command: string, ...args: string[]] {
  if (program.kind === 'binary') return [program.path, '-kubeconfig', kubeconfig, ...flags]
  const user = `${process.getuid?.()}:${process.getgid?.()}`
  const mount = `${kubeconfig}:/kubeconfig:ro`
  const container = ['run', '--rm', '--name', program.container, '--network', 'host']
  const how = ['--user', user, '--volume', mount, '--entrypoint', '/usr/bin/metacontroller']
  return ['docker', ...container, ...how, program.image, '-kubeconfig', '/kubeconfig', ...flags]
}

/** Starts a Metacontroller on loopback that serves only the CompositeController of `run`. */
export async function startMetacontroller(program: Program, kubeconfig: string): Promise<Daemon> {
  const [metrics, health] = [await freePort(), await freePort()]
  const flags = [
    ...['-target-label-selector', hostSelector],
    ...['-metrics-address', `127.0.0.1:${metrics}`],
    ...['-health-probe-bind-address', `127.0.0.1:${health}`],
    ...deployedFlags,
    ...['-zap-encoder', 'console', '-zap-stacktrace-level', 'panic'],
  ]
  const [command, ...args] = commandOf(program, kubeconfig, flags)
  if (program.kind === 'image')
    // A killed docker client leaves its container behind.
    onExit(() => execFileSync('docker', ['rm', '--force', program.container], { stdio: 'ignore' }))
  const log = createWriteStream(join(runFolder, 'metacontroller.log'))
  return startDaemon({
    name: 'Metacontroller',
    command,
    args,
    isReady: () => isOk(`http://127.0.0.1:${health}/readyz`),
    onLine(line) {
      log.write(`${line}\n`)
      // It serves no other kind.
      if (/\tERROR\t.*coinflip/i.test(line)) warn(`Metacontroller: ${line}`)
    },
  })
}
