import { apiVersion, type Face, kind, maxFlips } from '../../server/domain/coinflip.ts'
import type { Kubectl } from '../kube/kubectl.ts'
import { send } from '../kube/objects.ts'
import { UserError } from '../lib/user-error.ts'
import { coinflips } from './crd.ts'

export interface Target {
  namespace: string
  name: string
}

/** Explains why the API server refused a flip. */
export function explainRefusal({ namespace, name }: Target, failure: string): string {
  const place = `${namespace}/${name}`
  if (/Too many: \d+/.test(failure))
    return `${place} has ${maxFlips} flips, the most that one CoinFlip holds: go on under another NAME`
  if (/namespaces "[^"]*" not found/.test(failure))
    return `there is no namespace ${namespace}: \`kubectl create namespace ${namespace}\``
  const policy = /denied request: (.*)/.exec(failure)?.[1]
  const cause = policy ?? failure.replace(/^(Error from server \(\w+\)|error): /, '')
  return `${place}: ${cause}`
}

/**
 * Appends a flip; true if it is the first one of a new object. The patch has no index, so two
 * concurrent flips are both appended.
 */
export async function flip(kubectl: Kubectl, target: Target, face: Face): Promise<boolean> {
  const { namespace, name } = target
  const where = ['--namespace', namespace]
  const patch = JSON.stringify([{ op: 'add', path: '/spec/flips/-', value: face }])
  const append = () =>
    kubectl(['patch', coinflips, name, ...where, '--type=json', '--patch', patch])
  const object = { apiVersion, kind, metadata: { name, namespace }, spec: { flips: [face] } }

  const appended = await append()
  if (appended.failure === undefined) return false
  if (!/\(NotFound\).*coinflips/.test(appended.failure))
    throw new UserError(`flip: ${explainRefusal(target, appended.failure)}`)
  const created = await send(kubectl, ['create'], [object])
  if (created.failure === undefined) return true
  // Another client created it in between.
  const failure = /\(AlreadyExists\)/.test(created.failure)
    ? (await append()).failure
    : created.failure
  if (failure !== undefined) throw new UserError(`flip: ${explainRefusal(target, failure)}`)
  return false
}
