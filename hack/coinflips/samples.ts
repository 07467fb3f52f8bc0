import type { Kubectl } from '../kube/kubectl.ts'
import { send } from '../kube/objects.ts'
import { manifests, render } from '../kube/render.ts'
import { say } from '../lib/script.ts'
import { UserError } from '../lib/user-error.ts'
import { explainRefusal } from './flip.ts'

/** Creates the samples that are missing, and prints a line about each; returns their names. */
export async function createSamples(kubectl: Kubectl, namespace: string): Promise<string[]> {
  const samples = await render('samples', { resources: [`${manifests}/samples`] })
  for (const sample of samples) {
    const { name } = sample.metadata
    const { failure } = await send(kubectl, ['create', '--namespace', namespace], [sample])
    const exists = failure?.includes('(AlreadyExists)')
    if (failure !== undefined && !exists)
      throw new UserError(`samples: ${explainRefusal({ namespace, name }, failure)}`)
    say(`${namespace}/${name}  ${exists ? 'is there: left as it is' : 'created'}`)
  }
  return samples.map(({ metadata }) => metadata.name)
}
