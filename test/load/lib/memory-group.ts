import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onExit } from '../../../hack/lib/exit.ts'

/** A memory cgroup, as the kubelet makes one for a container with a limit. */
export interface MemoryGroup {
  /** File that takes the ids of the processes in the group. */
  processes: string
  /** Peak of resident memory and of the page cache for files that it read. */
  peakMb(): number
  /** How often the kernel killed a process above the limit. */
  kills(): number
  /** Removes the group, after its processes have ended. */
  remove(): void
}

const mount = '/sys/fs/cgroup'
const removeLimitMs = 1_000

interface Files {
  parent: string
  limit: string
  peak: string
  events: string
}

/** Files of a new group below the group of this process: cgroup v1 if mounted, else v2. */
function filesOf(cgroups: string): Files {
  const own = /^\d+:memory:(.*)$/m.exec(cgroups)?.[1]
  if (own !== undefined && existsSync(join(mount, 'memory')))
    return {
      parent: join(mount, 'memory', own),
      limit: 'memory.limit_in_bytes',
      peak: 'memory.max_usage_in_bytes',
      events: 'memory.oom_control',
    }
  return { parent: mount, limit: 'memory.max', peak: 'memory.peak', events: 'memory.events' }
}

/** Removes the folder, waiting without the event loop for a process that was just killed. */
function removeWhenEmpty(dir: string): void {
  const deadline = performance.now() + removeLimitMs
  for (;;) {
    try {
      rmdirSync(dir)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      if (performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

/** Makes a group with a limit, or says why this machine or this user cannot have one. */
export function makeMemoryGroup(limitBytes: number): MemoryGroup | { why: string } {
  let dir: string | undefined
  try {
    const files = filesOf(readFileSync('/proc/self/cgroup', 'utf8'))
    dir = join(files.parent, `coinflip-${randomUUID()}`)
    const file = (name: string) => join(dir as string, name)
    const read = (name: string) => readFileSync(file(name), 'utf8')
    mkdirSync(dir)
    const forget = onExit(() => removeWhenEmpty(file('')))
    writeFileSync(file(files.limit), String(limitBytes))
    return {
      processes: file('cgroup.procs'),
      peakMb: () => Number(read(files.peak)) / 2 ** 20,
      kills: () => Number(/^oom_kill (\d+)$/m.exec(read(files.events))?.[1] ?? 0),
      remove() {
        removeWhenEmpty(file(''))
        forget()
      },
    }
  } catch (error) {
    if (dir && existsSync(dir)) removeWhenEmpty(dir)
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    return { why: `no memory cgroup can be made here (${code})` }
  }
}
