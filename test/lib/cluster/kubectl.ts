import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Kubectl as PlainKubectl } from '../../../hack/kube/kubectl.ts'
import { run } from '../../../hack/lib/process.ts'

// As long as a rollout or the deletion of a namespace may take.
const limitMs = 180_000

/** kubectl against one cluster: its output, or an error with its error output. */
export type Kubectl = ReturnType<typeof kubectlOf>

/** A kubectl that writes no files outside of `dir`. */
export function kubectlOf(binary: string, kubeconfig: string, dir: string) {
  const { PATH, HOME } = process.env
  /** For other programs that call kubectl. */
  const env = { PATH, HOME, KUBECONFIG: kubeconfig, KUBECACHEDIR: join(dir, 'kube-cache') }
  /** For what hack/ has. */
  const plain: PlainKubectl = (args, options) => run(binary, args, { env, limitMs, ...options })
  const demand = async (...args: string[]) => {
    const { stdout, stderr, failure } = await plain(args)
    if (failure) throw new Error(`kubectl ${args.join(' ')}: ${failure}\n${stderr}`)
    return stdout
  }
  /** For commands that are expected to fail. */
  const attempt = (...args: string[]) => plain(args)
  return Object.assign(demand, { try: attempt, run: plain, env })
}

let files = 0

/** A file of objects, for `kubectl apply -f`. */
export function fileOf(dir: string, objects: readonly object[]): string {
  const file = join(dir, `${files++}.yaml`)
  // JSON is YAML.
  writeFileSync(file, objects.map((object) => JSON.stringify(object)).join('\n---\n'))
  return file
}
