import { find, type Kubectl } from '../kube/kubectl.ts'
import { send } from '../kube/objects.ts'
import { manifests, render } from '../kube/render.ts'
import { UserError } from '../lib/user-error.ts'
import { coinflips } from './crd.ts'
import { explainRefusal } from './flip.ts'
import type { StoredCoinFlip } from './status.ts'

/** Describes a sample that exists in the cluster. */
export function describeSample(stored: readonly string[], sample: readonly string[]): string {
  const isPrefix = sample.every((face, i) => stored[i] === face)
  if (!isPrefix) return `is there with other flips (${stored.length}): left as it is`
  const more = stored.length - sample.length
  return more === 0 ? 'is there' : `is there and has grown by ${more}: left as it is`
}

/** Creates the samples that are missing; returns a line about each. */
export async function createSamples(
  kubectl: Kubectl,
  namespace: string,
): Promise<{ name: string; line: string }[]> {
  const samples: { name: string; line: string }[] = []
  for (const sample of await render('samples', { resources: [`${manifests}/samples`] })) {
    const { name } = sample.metadata
    const where = ['--namespace', namespace]
    const { failure } = await send(kubectl, ['create', ...where], [sample])
    const exists = failure?.includes('(AlreadyExists)')
    const stored = exists && (await find<StoredCoinFlip>(kubectl, coinflips, name, ...where))
    if (failure !== undefined && !exists)
      throw new UserError(`samples: ${explainRefusal({ namespace, name }, failure)}`)
    const what = stored ? describeSample(stored.spec.flips, sample.spec.flips) : 'created'
    samples.push({ name, line: `${namespace}/${name}  ${what}` })
  }
  return samples
}
