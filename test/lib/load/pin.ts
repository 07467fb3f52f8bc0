import { availableParallelism } from 'node:os'
import { which } from 'zx/core'

const core = { server: '0', load: '1' } as const

/** Whether servers and load can have a core each. */
export async function canPin(): Promise<boolean> {
  return availableParallelism() > 1 && (await which('taskset', { nothrow: true })) !== null
}

/** A command with its arguments, on the core of servers or of load where `pin` says so. */
export function pinned(
  pin: boolean,
  place: keyof typeof core,
  [program = '', ...args]: readonly string[],
): [string, string[]] {
  return pin ? ['taskset', ['--cpu-list', core[place], program, ...args]] : [program, args]
}
