import { findNatsServer } from '../../hack/lib/nats-server.ts'
import { spin } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { prepare } from '../../test/lib/load/stand.ts'
import { machineLine } from '../../test/lib/machine.ts'
import { findAssets } from '../../test/lib/plane/assets.ts'
import { findManifests, findMetacontroller } from '../../test/lib/plane/find-metacontroller.ts'
import type { Means } from './stage.ts'

function need(value: string | undefined, what: string): string {
  if (!value) throw new UserError(`bench: ${what} is needed`)
  return value
}

/** Finds and builds all that runs on a control plane need; a UserError names what is lacking. */
export async function findMeans(): Promise<{ means: Means; machine: string }> {
  const assets = await findAssets(process.env)
  process.env.PATH = `${assets}:${process.env.PATH}`
  const natsServer = need(await findNatsServer(), 'a NATS server')
  const found = {
    ...(await findMetacontroller(process.env)),
    ...(await findManifests(process.env)),
  }
  const metacontroller = need(found.METACONTROLLER_BIN, 'a Metacontroller (METACONTROLLER_BIN)')
  const manifests = need(found.METACONTROLLER_MANIFESTS, "Metacontroller's manifests")
  const stand = await spin('building', () => prepare({ pin: false }))
  const go = stand.go
  if (!go) throw new UserError('bench: Go is needed for the operator to compare with')
  const operatorGo = await spin('building the Go operator', () => go.build('operator-go', './cmd'))
  const versions = {
    Go: go.version,
    'controller-runtime': await go.versionOf('operator-go', 'sigs.k8s.io/controller-runtime'),
    Metacontroller: found.METACONTROLLER_VERSION,
    'nats-server': stand.natsVersion,
  }
  const means = { stand, metacontroller, manifests, operatorGo, assets, natsServer }
  return { means, machine: machineLine(versions) }
}
