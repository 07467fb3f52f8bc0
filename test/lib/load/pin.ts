import { availableParallelism } from 'node:os'
import { which } from 'zx'

/** Where a process of a measurement runs. */
export type Place = 'server' | 'load'

const core = { server: '0', load: '1' } as const

/** Whether servers and load can each have a core of their own here. */
export async function canPin(): Promise<boolean> {
  return availableParallelism() > 1 && (await which('taskset', { nothrow: true })) !== null
}

/** The command that runs another one on the core of its place. */
export function pinned(pin: boolean, place: Place, command: string, args: readonly string[]) {
  if (!pin) return { command, args }
  return { command: 'taskset', args: ['--cpu-list', core[place], command, ...args] }
}
