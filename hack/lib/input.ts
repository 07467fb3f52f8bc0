import { UserError } from './user-error.ts'

/** Whether a switch such as FORCE=1 is on; 0, false and the empty string are off. */
export function isSet(name: string, env: NodeJS.ProcessEnv = process.env): boolean {
  return !['', '0', 'false', undefined].includes(env[name])
}

/** Returns a variable that a target requires; throws a UserError with the usage without it. */
export function requireVariable(
  name: string,
  usage: string,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const value = env[name]
  if (!value) throw new UserError(`${name} is missing: ${usage}`)
  return value
}
