import { find, type Kubectl } from '../kube/kubectl.ts'
import type { KubeObject } from '../kube/objects.ts'
import { runnerOf } from '../metacontroller/composite.ts'
import { unable } from './check.ts'
import { type Finding, failure, ok } from './finding.ts'
import type { Answer } from './hook-call.ts'

/** A Service of the cluster, as a URL names it. */
export interface Target {
  name: string
  namespace: string
  port: number
}

/** Which Service a URL leads to; undefined for an address outside of the cluster. */
export function targetOf(url: URL): Target | undefined {
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc(\.|$)/.exec(url.hostname) ?? []
  if (!name || !namespace) return undefined
  return { name, namespace, port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80) }
}

interface Slice {
  endpoints?: { conditions?: { ready?: boolean } }[] | null
}

/** Whether calls to a Service arrive at pods that are ready. */
export function judgeEndpoints(
  { name, namespace, port }: Target,
  service: KubeObject | undefined,
  slices: readonly Slice[],
  help: string,
): Finding {
  const place = `${namespace}/${name}`
  if (!service) return failure(`the CompositeController calls ${place}, which is no Service`, help)
  const ports: { port: number }[] = service.spec.ports ?? []
  if (!ports.some((each) => each.port === port))
    return failure(`the CompositeController calls port ${port}, which ${place} does not have`, help)
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? [])
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false).length
  const text = `Service ${place} leads to ${ready} of ${endpoints.length} endpoints`
  if (ready > 0) return ok(text)
  return failure(text, `kubectl --namespace ${namespace} get pods`)
}

/** Looks at the Service that the CompositeController calls, and what is behind it. */
export async function lookAtEndpoints(
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

/** Whether the service says of itself that it is ready, asked from inside of the cluster. */
export async function lookAtReadiness(
  kubectl: Kubectl,
  { name, namespace }: Target,
  help: string,
): Promise<Finding> {
  const path = `/api/v1/namespaces/${namespace}/services/http:${name}:admin/proxy/readyz`
  const { stdout, failure: cause } = await kubectl(['get', '--raw', path])
  if (cause === undefined) return ok(`says that it is ${stdout.trim()}`)
  return { ...unable(`does not say that it is ready: ${cause}`), help }
}

/** Whether a call of the hook was answered with a status, where Metacontroller would get one. */
export function judgeAnswer(
  answer: Answer,
  composite: KubeObject,
  url: URL,
  help: string,
): Finding {
  const { fault, code } = answer
  if (fault === undefined) return ok(`${url.origin} answers a sync call with a status`)
  // What a caller has to show is not read here; that the CompositeController names it must do.
  const { endpointConfigs = [], hooks } = composite.spec
  const shown = Object.assign({}, ...endpointConfigs, hooks.sync.webhook)
  if (code === 401) {
    if (shown.authorization || shown.basicAuth)
      return ok(`${url.origin} answers, to callers it knows`)
    return failure(`${url.origin} wants a bearer token, which the CompositeController lacks`, help)
  }
  if (/CERTIFICATE_REQUIRED/.test(fault) && shown.clientTLS)
    return ok(`${url.origin} answers, to callers with a certificate`)
  return failure(`${url.origin} does not answer a sync call (${fault})`, help)
}

/** Whether nobody answers on loopback since the `run` that put the address there has ended. */
export function judgeAbsence(answer: Answer, composite: KubeObject): Finding | undefined {
  if (answer.code !== undefined || runnerOf(composite) !== undefined) return undefined
  return failure('the `make run` that served it has ended', 'make run')
}
