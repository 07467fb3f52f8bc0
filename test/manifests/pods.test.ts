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
  image?: string
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

/** The requirements of Pod Security `restricted`, and further ones. */
const demands: [string, (pod: Pod, each: Container) => boolean | undefined][] = [
  ['is not root', ({ securityContext }) => securityContext?.runAsNonRoot],
  ['has a user that is not root', ({ securityContext }) => !!securityContext?.runAsUser],
  ['has seccomp', (pod) => pod.securityContext?.seccompProfile?.type === 'RuntimeDefault'],
  [
    'does not escalate privileges',
    (_, each) => each.securityContext?.allowPrivilegeEscalation === false,
  ],
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
    'requests resources',
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

/** What Pod Security `restricted` forbids, and a pod does not do by default. */
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

type Workload = { template: { spec: Pod } }
const workloads = [
  ...readManifests<Workload>('Deployment'),
  ...readManifests<Workload>('StatefulSet'),
  ...readManifests<{ jobTemplate: { spec: Workload } }>('CronJob').map(({ file, spec }) => ({
    file,
    spec: spec.jobTemplate.spec,
  })),
]
/** Those without an image are patches of a pod that meets the requirements. */
const isWhole = ({ spec }: { spec: Workload }) =>
  spec.template.spec.containers.every(({ image }) => image !== undefined)

/** They call the API server and serve nobody. */
const ofTheCluster = ['components/certificate/deployment.yaml', 'components/release/cronjob.yaml']
const ofServers = ['has no token of the API', 'is probed']

t.test('a pod without settings meets no requirement', async (t) => {
  for (const [what, isMet] of demands) t.notOk(isMet({ containers: [] }, {}), `it ${what}`)
})

t.same(
  workloads.filter(isWhole).map(({ file }) => file),
  ['base/deployment.yaml', ofTheCluster[0], 'nats/statefulset.yaml', ofTheCluster[1]],
  'all pods are tested',
)

for (const workload of workloads) {
  const { file, spec } = workload
  const pod = spec.template.spec
  for (const each of [...(pod.initContainers ?? []), ...pod.containers]) {
    for (const [what, isDone] of bans) t.notOk(isDone(pod, each), `none of ${file} ${what}`)
    if (!isWhole(workload)) continue
    for (const [what, isMet] of demands) {
      const isExempt = ofTheCluster.includes(file) && ofServers.includes(what)
      t.ok(isExempt || isMet(pod, each), `the pod of ${file} ${what}`)
    }
  }
}
