import { X509Certificate } from 'node:crypto'
import type { Answer, Api } from './api.ts'

/** Name of the Secret with the certificate of the hooks, which the pods of the service mount. */
export const secretName = 'coinflip-hook-tls'
const ours = ['app.kubernetes.io/part-of', 'coinflip-operator'] as const

/** Its contents, as PEM text. */
export interface HookSecret {
  /** Whether this program wrote it, and not cert-manager or a person. */
  isOurs: boolean
  ca: string
  cert: string
}

const pathOf = ({ namespace }: Api) => `/api/v1/namespaces/${namespace}/secrets/${secretName}`

/** Reads the Secret; undefined where there is none. */
export async function readSecret(api: Api): Promise<HookSecret | undefined | { fault: string }> {
  const answer = await api.call('GET', pathOf(api))
  if ('fault' in answer) return answer.code === 404 ? undefined : answer
  const { metadata, data } = answer.body
  const read = (key: string) => Buffer.from(data?.[key] ?? '', 'base64').toString()
  return {
    isOurs: metadata.labels?.[ours[0]] === ours[1],
    ca: read('ca.crt'),
    cert: read('tls.crt'),
  }
}

/** When the certificate expires; undefined where its CA did not sign it for all these hosts. */
export function expiryOf({ ca, cert }: HookSecret, hosts: readonly string[]): Date | undefined {
  try {
    const [leaf, issuer] = [new X509Certificate(cert), new X509Certificate(ca)]
    const isFor = (host: string) => leaf.checkHost(host, { subject: 'never' }) !== undefined
    return leaf.checkIssued(issuer) && hosts.every(isFor) ? leaf.validToDate : undefined
  } catch {
    return undefined
  }
}

/** Creates or replaces the Secret: by server-side apply, since its right can be for one name alone. */
export function writeSecret(
  api: Api,
  { ca, cert, key }: { ca: string; cert: string; key: string },
  { dryRun = false } = {},
): Promise<Answer> {
  const files = { 'ca.crt': ca, 'tls.crt': cert, 'tls.key': key }
  const body = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretName, labels: Object.fromEntries([ours]) },
    type: 'kubernetes.io/tls',
    data: Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString('base64')]),
    ),
  }
  const type = 'application/apply-patch+yaml'
  const path = `${pathOf(api)}?fieldManager=coinflip-certificate&force=true`
  return api.call('PATCH', dryRun ? `${path}&dryRun=All` : path, { body, type })
}
