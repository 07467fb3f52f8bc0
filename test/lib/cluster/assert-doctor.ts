import type { Test } from 'tap'
import type { Environment } from './environment.ts'
import { make } from './make.ts'

/** Without two lines: kubectl may be older than the cluster, and other cases leave CoinFlips. */
const ours = /^(warning|failure)(?! +(cluster|CoinFlips) ).*/gm
/** NATS in kind loses its messages when other cases stop it. */
const emptied = /^warning +NATS +stream \S+ has /

/** Runs `make doctor`, and asserts these warnings and failures and no others; resolves to its text. */
export async function assertDoctor(
  t: Test,
  env: Environment,
  ...expected: RegExp[]
): Promise<string> {
  const { code, text } = await make(env.shell, 'doctor')
  t.equal(code !== 0, /^failure /m.test(text), 'the exit code shows a failure')
  for (const line of expected) t.match(text, line)
  const lines = text.match(ours) ?? []
  const problems = lines.filter((line) => env.mode === 'host' || !emptied.test(line))
  t.equal(problems.length, expected.length, `${expected.length} lines of problems: ${text}`)
  return text
}
