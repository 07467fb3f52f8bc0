import type { Kubectl } from '../../../hack/kube/kubectl.ts'

/** What `get KIND NAME` and `get --raw PATH` find, or what a function says that they do. */
export type Answers = Record<string, unknown>

/** A kubectl that only reads, from a table; it fails on anything that would change something. */
export function fakeKubectl(answers: Answers): Kubectl {
  return async ([verb, ...args]) => {
    const isName = (word: string | undefined) => word !== undefined && !word.startsWith('-')
    const words = args[0] === '--raw' ? args.slice(0, 2) : args.filter((_, i) => i < 2)
    const key = [verb, ...words.filter((word, i) => i === 0 || isName(word))].join(' ')
    if (!['get', 'logs', 'config'].includes(verb ?? '')) throw new Error(`not to read: ${key}`)
    const answer = answers[key]
    const found = typeof answer === 'function' ? answer(args) : answer
    if (found instanceof Error) return { stdout: '', stderr: '', failure: found.message }
    if (found === undefined && args[0] === '--raw')
      return { stdout: '', stderr: '', failure: 'Error from server (NotFound)' }
    const stdout = typeof found === 'string' ? found : found ? JSON.stringify(found) : ''
    return { stdout, stderr: '' }
  }
}
