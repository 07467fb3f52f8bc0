import { readManifests } from '../../hack/lib/manifests.ts'

interface Container {
  env: { name: string; value: string }[]
  lifecycle: { preStop: { sleep: { seconds: number } } }
  readinessProbe: { periodSeconds: number; failureThreshold: number; timeoutSeconds: number }
  livenessProbe: { timeoutSeconds: number }
  resources: { limits: { memory: string } }
}
interface Deployment {
  replicas: number
  template: { spec: { terminationGracePeriodSeconds: number; containers: Container[] } }
}

/** The settings of manifests/base that apply to a process on this machine. */
export type Deployed = ReturnType<typeof readDeployment>

const units: Record<string, number> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 }

/** Bytes of a quantity such as `512Mi`. */
export function bytesOf(quantity: string): number {
  const [, count = '', unit = ''] = /^(\d+)([KMG]i)$/.exec(quantity) ?? []
  const factor = units[unit]
  if (factor === undefined) throw new Error(`${quantity} is no quantity in Ki, Mi or Gi`)
  return Number(count) * factor
}

/** Reads manifests/base/deployment.yaml. */
export function readDeployment() {
  const [deployment] = readManifests<Deployment>('Deployment', 'base/')
  const spec = deployment?.spec
  const container = spec?.template.spec.containers[0]
  if (!spec || !container) throw new Error('manifests/base has no Deployment')
  const preStopMs = container.lifecycle.preStop.sleep.seconds * 1000
  const { periodSeconds, timeoutSeconds } = container.readinessProbe
  return {
    replicas: spec.replicas,
    memoryBytes: bytesOf(container.resources.limits.memory),
    /** Environment variables, NODE_OPTIONS included. */
    env: Object.fromEntries(container.env.map(({ name, value }) => [name, value])),
    preStopMs,
    /** From SIGTERM until it is killed. */
    graceMs: spec.template.spec.terminationGracePeriodSeconds * 1000 - preStopMs,
    readiness: { periodMs: periodSeconds * 1000, timeoutMs: timeoutSeconds * 1000 },
    liveness: { timeoutMs: container.livenessProbe.timeoutSeconds * 1000 },
  }
}
