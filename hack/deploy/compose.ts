import { parseServers } from '../../server/nats/servers.ts'
import { componentsFor } from '../kube/releases.ts'
import { componentFolder, type Kustomization, manifests } from '../kube/render.ts'
import type { Version } from '../lib/version.ts'
import type { DeploySettings } from './settings.ts'

/** Where our NATS server keeps its data; `none` where the user has a server. */
export type NatsStore = 'volume' | 'pod' | 'none'

const usualNatsPort = 4222

function resourcesFor(store: NatsStore): string[] {
  const parts = {
    volume: ['overlays/default'],
    pod: ['overlays/kind'],
    none: ['crd', 'base', 'admission', 'controller'],
  }[store]
  return parts.map((part) => `${manifests}/${part}`)
}

/** The image as an entry of a kustomization. */
export function imageReplacement(image: string): Record<string, string> {
  const [, newName = image, newTag, digest] =
    /^(.+?)(?::([\w.-]+))?(?:@(sha256:\w+))?$/.exec(image) ?? []
  const name = 'coinflip-operator'
  if (digest) return { name, newName, digest }
  return { name, newName, newTag: newTag ?? 'latest' }
}

/** Opens the egress of the pods to servers on other ports than the usual one. */
function egressPatch(natsUrl: string): object[] {
  const servers = parseServers(natsUrl)
  const ports = 'fault' in servers ? [] : [...new Set(servers.addresses.map(({ port }) => port))]
  const others = ports.filter((port) => port !== usualNatsPort)
  if (others.length === 0) return []
  const rule = { ports: others.map((port) => ({ port, protocol: 'TCP' })) }
  return [
    {
      target: { kind: 'NetworkPolicy', name: 'coinflip-operator' },
      patch: JSON.stringify([{ op: 'add', path: '/spec/egress/-', value: rule }]),
    },
  ]
}

/** The kustomization of a deployment, without certificates and Secrets. */
export function composeDeployment(
  settings: DeploySettings,
  cluster: { version: Version; store: NatsStore; certManager: boolean },
): Kustomization {
  const { image, natsUrl, natsCredentials, tls, others } = settings
  const components = [
    ...componentsFor(cluster.version),
    tls && 'certificate',
    tls && cluster.certManager && 'cert-manager',
    natsCredentials && 'nats-credentials',
  ].filter((name) => typeof name === 'string')
  const literals = Object.entries({ ...others, ...(natsUrl && { NATS_URL: natsUrl }) }).map(
    ([name, value]) => `${name}=${value}`,
  )
  const settingsMap = { name: 'coinflip-operator', namespace: 'coinflip-system', behavior: 'merge' }
  return {
    resources: resourcesFor(cluster.store),
    components: components.map(componentFolder),
    images: [imageReplacement(image)],
    configMapGenerator: literals.length > 0 ? [{ ...settingsMap, literals }] : [],
    patches: natsUrl ? egressPatch(natsUrl) : [],
  }
}
