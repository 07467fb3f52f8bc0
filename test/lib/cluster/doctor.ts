import type { Test } from 'tap'
import type { Environment } from './environment.ts'
import { make } from './make.ts'

/** kubectl may be older than the cluster, and other cases leave CoinFlips of all kinds. */
const ours = /^(warning|failure)(?! +(cluster|CoinFlips) ).*/gm
/** NATS in kind keeps nothing when it is stopped, as other cases have it. */
const emptied = /^warning +NATS +stream \S+ has /

/** Has `make doctor` look, and expects these lines and no other trouble; answers what it said. */
export async function doctor(t: Test, env: Environment, ...expected: RegExp[]): Promise<string> {
  const { code, text } = await make(env.shell, 'doctor')
  t.equal(code !== 0, /^failure /m.test(text), 'the exit code tells of a failure')
  for (const line of expected) t.match(text, line)
  const lines = text.match(ours) ?? []
  const trouble = lines.filter((line) => env.mode === 'host' || !emptied.test(line))
  t.equal(trouble.length, expected.length, `${expected.length} lines of trouble: ${text}`)
  return text
}
