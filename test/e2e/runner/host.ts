import { findNatsServer } from '../../../hack/lib/nats-server.ts'
import { spin, warn } from '../../../hack/lib/script.ts'
import { UserError } from '../../../hack/lib/user-error.ts'
import { findAssets } from '../../lib/plane/assets.ts'
import { findManifests, findMetacontroller } from '../../lib/plane/find-metacontroller.ts'
import { play } from './play.ts'
import type { Case } from './tap-cases.ts'

/** Plays the cases with everything as processes of this machine, on loopback. */
export async function hostMode(themes: readonly string[]): Promise<Case[]> {
  const assets = await findAssets(process.env)
  // Its kubectl is of the same version as its API server.
  const PATH = `${assets}:${process.env.PATH}`
  process.env.PATH = PATH
  const nats = await spin('getting a NATS server', () => findNatsServer({ say: warn }))
  if (!nats) throw new UserError('e2e: host mode needs a NATS server')
  return play('host', themes, {
    ...(await findMetacontroller(process.env)),
    ...(await findManifests(process.env)),
    KUBEBUILDER_ASSETS: assets,
    NATS_SERVER_BIN: nats,
  })
}
