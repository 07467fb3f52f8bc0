import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { runnerOf } from '../metacontroller/composite.ts'
import { cannotCheck } from './check.ts'
import { type Finding, failure, ok } from './finding.ts'
import type { Answer } from './hook-call.ts'

/** A Service of the cluster in a URL. */
export interface Target {
  name: string
  namespace: string
  port: number
}

/** The Service of a URL; undefined for an address outside the cluster. */
export function targetOf(url: URL): Target | undefined {
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc(\.|$)/.exec(url.hostname) ?? []
  if (!name || !namespace) return undefined
  return { name, namespace, port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80) }
}

interface Slice {
  endpoints?: { conditions?: { ready?: boolean } }[] | null
}

/** Whether a Service has ready endpoints. */
export function judgeEndpoints(
  { name, namespace, port }: Target,
  service: KubeObject | undefined,
  slices: readonly Slice[],
  help: string,
): Finding {
  const place = `${namespace}/${name}`
  if (!service) return failure(`the CompositeController calls ${place}, which does not exist`, help)
  const ports: { port: number }[] = service.spec.ports ?? []
  if (!ports.some((each) => each.port === port))
    return failure(`the CompositeController calls port ${port}, which ${place} does not have`, help)
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? [])
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false).length
  const text = `Service ${place} has ${ready} of ${endpoints.length} endpoints ready`
  if (ready > 0) return ok(text)
  return failure(text, `kubectl --namespace ${namespace} get pods`)
}

/** Checks the Service that the CompositeController calls, and its endpoints. */
export async function checkEndpoints(
  kubectl: Kubectl,
  target: Target,
  help: string,
): Promise<Finding> {
  const where = ['--namespace', target.namespace]
  const service = await find<KubeObject>(kubectl, 'service', target.name, ...where)
  const selector = ['--selector', `kubernetes.io/service-name=${target.name}`]
  const found = await find<{ items: Slice[] }>(kubectl, 'endpointslices', ...where, ...selector)
  return judgeEndpoints(target, service, found?.items ?? [], help)
}

/** Whether the service reports ready, through the API server. */
export async function checkReadiness(
  kubectl: Kubectl,
  { name, namespace }: Target,
  help: string,
): Promise<Finding> {
  const path = `/api/v1/namespaces/${namespace}/services/http:${name}:admin/proxy/readyz`
  const { stdout, failure: cause } = await kubectl(['get', '--raw', path])
  if (cause === undefined) return ok(`reports ${stdout.trim()}`)
  return { ...cannotCheck(`does not report ready: ${cause}`), help }
}

/** Whether a call of the hook was answered with a status, or refused for credentials only. */
export function judgeAnswer(
  answer: Answer,
  composite: KubeObject,
  url: URL,
  help: string,
): Finding {
  const { fault, code } = answer
  if (fault === undefined) return ok(`${url.origin} answers a sync call with a status`)
  // The doctor does not read the credentials; it relies on the CompositeController naming some.
  const { endpointConfigs = [], hooks } = composite.spec
  const credentials = Object.assign({}, ...endpointConfigs, hooks.sync.webhook)
  if (code === 401) {
    if (credentials.authorization || credentials.basicAuth)
      return ok(`${url.origin} answers callers with a token`)
    return failure(
      `${url.origin} requires a bearer token, which the CompositeController lacks`,
      help,
    )
  }
  if (/CERTIFICATE_REQUIRED/.test(fault) && credentials.clientTLS)
    return ok(`${url.origin} answers callers with a certificate`)
  return failure(`${url.origin} does not answer a sync call (${fault})`, help)
}

/** Whether nothing listens because the `run` that set the URL has ended. */
export function judgeStoppedRun(answer: Answer, composite: KubeObject): Finding | undefined {
  if (answer.code !== undefined || runnerOf(composite) !== undefined) return undefined
  return failure('the `make run` that served it has ended', 'make run')
}
