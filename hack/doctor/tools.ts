import { findProgram } from '../lib/find-program.ts'
import { run } from '../lib/process.ts'
import { isBefore, parseVersion, type Version } from '../lib/version.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

const oldestNode: Version = [24, 0, 0]

/** Whether the Node that runs the scripts is supported. */
export function judgeNode(version: string): Finding {
  const parsed = parseVersion(version)
  if (parsed && !isBefore(parsed, oldestNode)) return ok(`node ${version}`)
  return failure(`node ${version}, and ${oldestNode[0]} or later is needed`, 'npm ci')
}

/** Parses the output of `kubectl version --client -o json`. */
export function clientVersion(text: string): Version | undefined {
  try {
    return parseVersion(JSON.parse(text).clientVersion.gitVersion)
  } catch {
    return undefined
  }
}

export function judgeKubectl(version: Version | undefined, isThere: boolean): Finding {
  if (version) return ok(`kubectl ${version.join('.')}`)
  if (isThere) return failure('kubectl does not print its version', 'kubectl version --client')
  return failure('kubectl is not on the PATH: see https://kubernetes.io/docs/tasks/tools/')
}

/** kubectl supports API servers up to one minor version apart. */
export function judgeSkew(kubectl: Version, server: Version): Finding[] {
  if (kubectl[0] === server[0] && Math.abs(kubectl[1] - server[1]) <= 1) return []
  const text = `kubectl ${kubectl.join('.')} is more than one minor version away from the cluster's`
  return [warning(`${text} ${server.join('.')}`)]
}

/** Checks the kubectl on the PATH. */
export async function checkKubectl(): Promise<{ version: Version | undefined; finding: Finding }> {
  const isThere = (await findProgram('kubectl')) !== undefined
  const how = { env: process.env, limitMs: 10_000 }
  const args = ['version', '--client', '--output', 'json']
  const version = isThere ? clientVersion((await run('kubectl', args, how)).stdout) : undefined
  return { version, finding: judgeKubectl(version, isThere) }
}
