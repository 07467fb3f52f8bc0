/**
 * Runs test/chart: renders the Helm chart, compares it with the kustomizations of manifests/, and
 * installs it into a real API server.
 */
import { runTests } from '../../hack/lib/run-tests.ts'
import { script, scriptArguments } from '../../hack/lib/script.ts'
import { findHelm } from '../lib/find-helm.ts'
import { findAssets } from '../lib/plane/assets.ts'
import { findManifests } from '../lib/plane/find-metacontroller.ts'
import { findCertManagerCrds, findPrometheusCrds } from '../lib/plane/foreign-crds.ts'

await script(async () => {
  const assets = await findAssets(process.env)
  // Its kubectl renders the kustomizations, and Metacontroller's manifests.
  process.env.PATH = `${assets}:${process.env.PATH}`
  const env = {
    ...(await findManifests(process.env)),
    ...(await findPrometheusCrds()),
    ...(await findCertManagerCrds()),
    HELM_BIN: await findHelm(process.env),
    KUBEBUILDER_ASSETS: assets,
  }
  const given = scriptArguments()
  const chosen = given.some((text) => !text.startsWith('-')) ? given : [...given, 'test/chart']
  return runTests(chosen, env)
})
