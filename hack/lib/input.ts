import { UserError } from './user-error.ts'

/** Whether a switch as FORCE=1 is given; 0, false and nothing are off. */
export function isSet(name: string, env: NodeJS.ProcessEnv = process.env): boolean {
  return !['', '0', 'false', undefined].includes(env[name])
}

/** A variable that a target cannot do without. */
export function needed(name: string, usage: string, env: NodeJS.ProcessEnv = process.env): string {
  const value = env[name]
  if (!value) throw new UserError(`${name} is missing: ${usage}`)
  return value
}
