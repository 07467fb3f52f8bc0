import t from 'tap'
import { nextSignal } from '../../hack/lib/exit.ts'
import { openCluster } from '../lib/cluster/cluster.ts'
import { openHost } from '../lib/cluster/host.ts'
import { endMakes } from '../lib/cluster/make.ts'

const { E2E_MODE, KUBECONFIG = '' } = process.env
const isCluster = E2E_MODE === 'cluster'

/** The cluster of the run with the operator in it: the fixture of every file of cases. */
export const env = isCluster ? await openCluster() : await openHost(KUBECONFIG)
t.teardown(() => env.close())

void nextSignal().then(async () => {
  await endMakes()
  // Processes of this machine end with this one.
  if (isCluster) await env.close()
  process.exit(130)
})
