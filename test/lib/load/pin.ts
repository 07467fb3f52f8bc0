import { availableParallelism } from 'node:os'
import { which } from 'zx'

/** The core that a process of a measurement runs on. */
export type Place = 'server' | 'load'

const core = { server: '0', load: '1' } as const

/** Whether servers and load can have a core each. */
export async function canPin(): Promise<boolean> {
  return availableParallelism() > 1 && (await which('taskset', { nothrow: true })) !== null
}

/** The command that runs another command on the core of its place. */
export function pinned(pin: boolean, place: Place, command: string, args: readonly string[]) {
  if (!pin) return { command, args }
  return { command: 'taskset', args: ['--cpu-list', core[place], command, ...args] }
}
