import { findAssets } from '../../e2e/assets.ts'
import { findManifests, findMetacontroller } from '../../e2e/metacontroller.ts'
import { machineLine } from '../../lib/machine.ts'
import { findNatsServer } from '../../lib/nats-server.ts'
import { spin } from '../../lib/script.ts'
import { Stop } from '../../lib/stop.ts'
import { prepare } from '../stand.ts'
import type { Means } from './stage.ts'

function need(value: string | undefined, what: string): string {
  if (!value) throw new Stop(`bench: ${what} is needed`)
  return value
}

/** Finds and builds all that runs on a control plane need; a Stop names what is lacking. */
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
  if (!go) throw new Stop('bench: Go is needed for the operator to compare with')
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
