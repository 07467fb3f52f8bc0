import t from 'tap'
import { readManifests } from '../../hack/lib/manifests.ts'

interface Security {
  runAsNonRoot?: boolean
  runAsUser?: number
  readOnlyRootFilesystem?: boolean
  allowPrivilegeEscalation?: boolean
  privileged?: boolean
  capabilities?: { drop?: string[]; add?: string[] }
  seccompProfile?: { type: string }
}
interface Container {
  securityContext?: Security
  ports?: { hostPort?: number }[]
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> }
  readinessProbe?: object
  livenessProbe?: object
}
interface Pod {
  containers: Container[]
  initContainers?: Container[]
  volumes?: Record<string, unknown>[]
  securityContext?: Security
  hostNetwork?: boolean
  hostPID?: boolean
  hostIPC?: boolean
  automountServiceAccountToken?: boolean
  enableServiceLinks?: boolean
}

const volumeTypes =
  /^(name|configMap|csi|downwardAPI|emptyDir|ephemeral|persistentVolumeClaim|projected|secret)$/

/** What Pod Security calls `restricted`, and what we ask beyond it. */
const demands: [string, (pod: Pod, each: Container) => boolean | undefined][] = [
  ['is not root', ({ securityContext }) => securityContext?.runAsNonRoot],
  ['has a user that is not root', ({ securityContext }) => !!securityContext?.runAsUser],
  ['has seccomp', (pod) => pod.securityContext?.seccompProfile?.type === 'RuntimeDefault'],
  ['gains no rights', (_, each) => each.securityContext?.allowPrivilegeEscalation === false],
  [
    'drops capabilities',
    (_, { securityContext }) => {
      const { drop = [], add = [] } = securityContext?.capabilities ?? {}
      return drop.includes('ALL') && add.length === 0
    },
  ],
  ['has a read-only root', (_, each) => each.securityContext?.readOnlyRootFilesystem],
  ['has no token of the API', (pod) => pod.automountServiceAccountToken === false],
  ['has no variables of Services', (pod) => pod.enableServiceLinks === false],
  [
    'asks for what it needs',
    (_, { resources }) =>
      ['cpu', 'memory', 'ephemeral-storage'].every((name) => resources?.requests?.[name]),
  ],
  [
    'is limited in memory and local storage',
    (_, { resources }) =>
      ['memory', 'ephemeral-storage'].every((name) => resources?.limits?.[name]),
  ],
  ['is probed', (_, each) => !!each.readinessProbe && !!each.livenessProbe],
]

/** What Pod Security `restricted` forbids, which a pod that says nothing does not do. */
const bans: [string, (pod: Pod, each: Container) => boolean | undefined][] = [
  ['is privileged', (_, each) => each.securityContext?.privileged],
  ['shares namespaces of the host', (pod) => pod.hostNetwork || pod.hostPID || pod.hostIPC],
  ['takes ports of the host', (_, each) => each.ports?.some(({ hostPort }) => hostPort)],
  [
    'mounts other volumes',
    ({ volumes = [] }) =>
      volumes.some((volume) => Object.keys(volume).some((key) => !volumeTypes.test(key))),
  ],
]

const workloads = ['Deployment', 'StatefulSet'].flatMap((kind) =>
  readManifests<{ template: { spec: Pod } }>(kind),
)

t.test('a pod that says nothing meets no demand', async (t) => {
  for (const [what, isMet] of demands) t.notOk(isMet({ containers: [] }, {}), `it ${what}`)
})

t.same(
  workloads.map(({ file }) => file).filter((file) => !file.startsWith('components/')),
  ['base/deployment.yaml', 'nats/statefulset.yaml'],
  'these are all pods there are',
)

for (const { file, spec } of workloads) {
  const pod = spec.template.spec
  for (const each of [...(pod.initContainers ?? []), ...pod.containers]) {
    for (const [what, isDone] of bans) t.notOk(isDone(pod, each), `none of ${file} ${what}`)
    // A component only adds to the pod that meets them.
    if (file.startsWith('components/')) continue
    for (const [what, isMet] of demands) t.ok(isMet(pod, each), `the pod of ${file} ${what}`)
  }
}
