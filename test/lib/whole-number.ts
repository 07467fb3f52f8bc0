import { UserError } from '../../hack/lib/user-error.ts'

/** The whole number in a variable of the environment; without one the default. */
export function readWholeNumber(
  name: string,
  byDefault: number,
  { minimum = 1, env = process.env } = {},
): number {
  const text = env[name] || String(byDefault)
  if (/^\d{1,9}$/.test(text) && Number(text) >= minimum) return Number(text)
  throw new UserError(`${name}=${text}: it must be a whole number from ${minimum} on`)
}
