import { ask, isAbsent, type Kubectl } from '../kube/kubectl.ts'
import { step, warn } from '../lib/script.ts'
import { installedByLabel } from './metacontroller.ts'
import { remove } from './remove-controller.ts'

const controllers =
  'compositecontrollers.metacontroller.k8s.io,decoratorcontrollers.metacontroller.k8s.io'
const namespaced = 'statefulsets,deployments,serviceaccounts'
const clusterWide = 'clusterrolebindings,clusterroles,namespaces'

/** All controllers in the cluster that need Metacontroller. */
async function controllersLeft(kubectl: Kubectl): Promise<string[]> {
  const { stdout, failure } = await kubectl(['get', controllers, '-o', 'name'])
  if (isAbsent(failure)) return []
  return stdout.split('\n').filter((line) => line !== '')
}

/**
 * Removes the Metacontroller and its CRDs where we installed them. `selector` limits that to one of
 * our commands.
 */
export async function removeMetacontroller(
  kubectl: Kubectl,
  selector: string = installedByLabel,
): Promise<void> {
  const kinds = `${namespaced},namespaces,crds`
  const installed = await ask(kubectl, 'get', kinds, '-A', '-l', selector, '-o', 'name')
  if (installed.trim() === '') return
  const left = await controllersLeft(kubectl)
  if (left.length > 0) {
    warn(`the Metacontroller that we installed stays, others use it: ${left.join(', ')}`)
    return
  }
  await step('removing the Metacontroller that we installed', async () => {
    await remove(kubectl, namespaced, '--all-namespaces', '--selector', selector)
    await remove(kubectl, 'crds', '--selector', selector)
    await remove(kubectl, clusterWide, '--selector', selector)
  })
}
