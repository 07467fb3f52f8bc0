import type { Answer, Api } from './api.ts'

/** Name of the CompositeController; the finalizer of every CoinFlip contains it. */
export const compositeName = 'coinflip'

const path = `/apis/metacontroller.k8s.io/v1alpha1/compositecontrollers/${compositeName}`

interface Webhook {
  url?: string
  caBundle?: { inline?: string }
}

/** A CompositeController as far as it says how to call the hooks. */
export interface Composite {
  spec: { hooks?: Record<string, { webhook: Webhook }>; endpointConfigs?: unknown }
}

function webhooksOf({ spec }: Composite): Webhook[] {
  return Object.values(spec.hooks ?? {}).map(({ webhook }) => webhook)
}

/** The names of the hosts that serve the hooks. */
export function hostsOf(composite: Composite): string[] {
  const urls = webhooksOf(composite).map(({ url = '' }) => URL.parse(url)?.hostname ?? '')
  return [...new Set(urls)]
}

/** Why the service in this namespace cannot serve its hooks with a certificate of its own. */
export function findFault(composite: Composite, namespace: string): string | undefined {
  const it = `CompositeController ${compositeName}`
  if (composite.spec.endpointConfigs)
    return `${it}: Metacontroller ignores endpointConfigs beside a caBundle: set its fields at the hooks`
  const plain = webhooksOf(composite).find(({ url }) => !url?.startsWith('https://'))
  if (plain) return `${it} calls ${plain.url}, which is no https URL`
  const elsewhere = hostsOf(composite).find((host) => {
    const [, other = namespace] = /^[^.]+\.([^.]+)\.svc(\.|$)/.exec(host) ?? []
    return other !== namespace
  })
  if (elsewhere === undefined) return undefined
  return `${it} calls ${elsewhere}, but the service is in namespace ${namespace}: change its URLs`
}

/** The CAs that it trusts; undefined where the hooks do not all trust the same. */
export function bundleOf(composite: Composite): string | undefined {
  const [first, ...others] = webhooksOf(composite).map(({ caBundle }) => caBundle?.inline)
  return others.every((bundle) => bundle === first) ? first : undefined
}

/** Reads the CompositeController of CoinFlips. */
export async function readComposite(api: Api): Promise<Answer> {
  const answer = await api.call('GET', path)
  if ('body' in answer || answer.code !== 404) return answer
  const fault =
    `there is no CompositeController ${compositeName}: ` +
    'install Metacontroller, then apply the manifests of the operator again'
  return { ...answer, fault }
}

/** Has every hook trust these CAs. */
export function setBundle(api: Api, { spec }: Composite, bundle: string): Promise<Answer> {
  const trusting = { webhook: { caBundle: { inline: bundle } } }
  const hooks = Object.keys(spec.hooks ?? {}).map((name) => [name, trusting])
  const body = { spec: { hooks: Object.fromEntries(hooks) } }
  return api.call('PATCH', path, { body, type: 'application/merge-patch+json' })
}

/** Deletes it, so that Metacontroller calls no hook any more. */
export function deleteComposite(api: Api): Promise<Answer> {
  return api.call('DELETE', path)
}
