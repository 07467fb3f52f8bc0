import { ask, isAbsent, type Kubectl } from '../kube/kubectl.ts'
import { warn } from '../lib/script.ts'
import { step } from '../lib/step.ts'
import { broughtBy } from './metacontroller.ts'
import { remove } from './remove-controller.ts'

const controllers =
  'compositecontrollers.metacontroller.k8s.io,decoratorcontrollers.metacontroller.k8s.io'
const namespaced = 'statefulsets,deployments,serviceaccounts'
const clusterWide = 'clusterrolebindings,clusterroles,namespaces'

/** Controllers in the cluster that need Metacontroller, whoever made them. */
async function controllersLeft(kubectl: Kubectl): Promise<string[]> {
  const { stdout, failure } = await kubectl(['get', controllers, '-o', 'name'])
  if (isAbsent(failure)) return []
  return stdout.split('\n').filter((line) => line !== '')
}

/**
 * Takes away the Metacontroller, or the CRDs of it, that we brought; never what was there. By
 * `selector` only what one of our commands brought.
 */
export async function removeMetacontroller(
  kubectl: Kubectl,
  selector: string = broughtBy,
): Promise<void> {
  const kinds = `${namespaced},namespaces,crds`
  const brought = await ask(kubectl, 'get', kinds, '-A', '-l', selector, '-o', 'name')
  if (brought.trim() === '') return
  const left = await controllersLeft(kubectl)
  if (left.length > 0) {
    warn(`what we brought of Metacontroller stays, others use it: ${left.join(', ')}`)
    return
  }
  await step('taking out the Metacontroller that we brought', async () => {
    await remove(kubectl, namespaced, '--all-namespaces', '--selector', selector)
    await remove(kubectl, 'crds', '--selector', selector)
    await remove(kubectl, clusterWide, '--selector', selector)
  })
}
