import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onExit } from '../../../hack/lib/exit.ts'

/** A memory cgroup, as the kubelet makes one for a container with a limit. */
export interface MemoryGroup {
  /** File that takes the ids of the processes in the group; undefined where there is none. */
  processes?: string
  /** Why there is none. */
  unlimited?: string
  /** How often the kernel killed a process above the limit. */
  kills(): number
  /** Removes the group, after its processes have ended. */
  remove(): void
}

const mount = '/sys/fs/cgroup'
const removeLimitMs = 1_000

/** Folder and files for a new group below the group of this process: cgroup v1 if mounted, else v2. */
function filesOf(cgroups: string) {
  const own = /^\d+:memory:(.*)$/m.exec(cgroups)?.[1]
  return own !== undefined && existsSync(join(mount, 'memory'))
    ? [join(mount, 'memory', own), 'memory.limit_in_bytes', 'memory.oom_control']
    : [mount, 'memory.max', 'memory.events']
}

/** Removes the folder, waiting without the event loop for a process that was just killed. */
function removeWhenEmpty(dir: string): void {
  const deadline = performance.now() + removeLimitMs
  while (existsSync(dir))
    try {
      rmdirSync(dir)
    } catch (error) {
      if (performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
}

/** Makes a group with a limit; `unlimited` says why this machine or this user cannot have one. */
export function makeMemoryGroup(limitBytes: number): MemoryGroup {
  const own = '/proc/self/cgroup'
  const cgroups = existsSync(own) ? readFileSync(own, 'utf8') : ''
  const [parent = '', limit = '', events = ''] = filesOf(cgroups)
  const dir = join(parent, `coinflip-${randomUUID()}`)
  try {
    mkdirSync(dir)
    writeFileSync(join(dir, limit), String(limitBytes))
  } catch (error) {
    removeWhenEmpty(dir)
    const { code } = error as NodeJS.ErrnoException
    const unlimited = `no memory cgroup can be made here (${code})`
    return { unlimited, kills: () => 0, remove: () => {} }
  }
  const forget = onExit(() => removeWhenEmpty(dir))
  return {
    processes: join(dir, 'cgroup.procs'),
    kills: () =>
      Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(dir, events), 'utf8'))?.[1] ?? 0),
    remove() {
      removeWhenEmpty(dir)
      forget()
    },
  }
}
