import type { Cluster } from '../kube/context.ts'
import { kubectlWith } from '../kube/kubectl.ts'
import { selects } from '../kube/selector.ts'
import { run } from '../lib/process.ts'
import { hostLabels, hostSelector } from '../metacontroller/composite.ts'
import { flagOf, flagsOf } from '../metacontroller/metacontroller.ts'
import { type Finding, failure, ok } from './finding.ts'
import { judgeFlags, judgeVersion } from './metacontroller.ts'

/** A process of Metacontroller on this machine. */
export interface Process {
  pid: string
  words: readonly string[]
  kubeconfig: string
}

/** The command lines of all processes, with their ids. */
export async function processes(): Promise<string> {
  const how = { env: process.env, limitMs: 5_000 }
  return (await run('ps', ['-axww', '-o', 'pid=,args='], how)).stdout
}

/** Finds the Metacontrollers that serve what `run` applies, in a container or not. */
export function parseProcesses(text: string): Process[] {
  return text.split('\n').flatMap((line) => {
    const [pid = '', ...words] = line.trim().split(/\s+/)
    const inside = flagOf(words, 'kubeconfig')
    if (!inside || !(/metacontroller/i.test(line) || line.includes(hostSelector))) return []
    if (!selects(flagOf(words, 'target-label-selector') ?? '', hostLabels)) return []
    const mount = words.find((word) => word.endsWith(`:${inside}:ro`))
    return { pid, words, kubeconfig: mount?.split(':')[0] ?? inside }
  })
}

const server = ['config', 'view', '--minify', '--output', 'jsonpath={.clusters[0].cluster.server}']

/** The Metacontrollers that serve this cluster. */
async function servingHere(
  { kubectl }: Pick<Cluster, 'kubectl'>,
  found: readonly Process[],
): Promise<Process[]> {
  const { stdout: here } = await kubectl(server)
  const serving: Process[] = []
  for (const each of found) {
    const { stdout } = await kubectlWith('--kubeconfig', each.kubeconfig)(server, 10_000)
    if (stdout !== '' && stdout === here) serving.push(each)
  }
  return serving
}

/** Version and flags of a process; only a container shows its version, in its image. */
export function judgeProcess({ pid, words }: Pick<Process, 'pid' | 'words'>): Finding[] {
  const name = `process ${pid} on this machine`
  const image = words.find((word) => /(^|\/)metacontroller:v?\d/.test(word))
  const version = image ? judgeVersion(name, image) : ok(`${name}, by METACONTROLLER_BIN or PATH`)
  return [version, judgeFlags(flagsOf(words), 'make run')]
}

/** Checks the Metacontroller of `run`. */
export async function checkOnHost(cluster: Cluster, listed: string): Promise<Finding[]> {
  const [first, second] = await servingHere(cluster, parseProcesses(listed))
  if (!first) return [failure('none runs on this machine for this cluster', 'make run')]
  if (second)
    return [
      failure(
        `the processes ${first.pid} and ${second.pid} both serve this cluster: end one`,
        `kill ${second.pid}`,
      ),
    ]
  return judgeProcess(first)
}
