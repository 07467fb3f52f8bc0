import { createHash, X509Certificate } from 'node:crypto'
import { ask, find, type Kubectl } from '../kube/kubectl.ts'
import { apply, type KubeObject } from '../kube/objects.ts'
import { makeCertificates } from '../lib/certificates.ts'
import { UserError } from '../lib/user-error.ts'
import { systemNamespace } from './system.ts'

export const tlsSecret = 'coinflip-hook-tls'
const hookNames = [`coinflip-operator.${systemNamespace}.svc`]
/** Each `deploy` makes new ones. */
const validDays = 365

/** A certificate for the hooks, and the authority that Metacontroller shall trust. */
export interface HookTls {
  ca: string
  cert: string
  /** Absent where another program keeps it. */
  key?: string
}

/** The first certificate of a bundle; undefined when there is none that can be read. */
export function firstCertificate(bundle: string): string | undefined {
  try {
    return new X509Certificate(bundle).toString()
  } catch {
    return undefined
  }
}

/**
 * What Metacontroller trusts while pods with the present certificate and with the one before it
 * run side by side. The keys of our authorities are thrown away, so an old one can do no harm.
 */
export function trustBundle(ca: string, before: string | undefined): string {
  const current = firstCertificate(ca) ?? ca
  const previous = before === undefined ? undefined : firstCertificate(before)
  return previous && previous !== current ? `${current}${previous}` : current
}

/** Makes an authority, whose key is thrown away, and a certificate for the Service of the hooks. */
export function makeHookTls(): Promise<HookTls> {
  return makeCertificates(hookNames, [], validDays)
}

/** Has cert-manager make them, which renews the certificate as well. */
export async function issueHookTls(
  kubectl: Kubectl,
  requests: readonly KubeObject[],
): Promise<HookTls> {
  await apply(kubectl, requests)
  const wait = ['--for=condition=Ready', '--timeout=50s', '--namespace', systemNamespace]
  await ask(kubectl, 'wait', `certificates.cert-manager.io/${tlsSecret}`, ...wait)
  const found = await find<KubeObject>(kubectl, 'secret', tlsSecret, '--namespace', systemNamespace)
  const read = (name: string) => Buffer.from(found?.data?.[name] ?? '', 'base64').toString()
  const [ca, cert] = [read('ca.crt'), read('tls.crt')]
  if (!firstCertificate(ca) || !firstCertificate(cert))
    throw new UserError(`cert-manager made no usable Secret ${systemNamespace}/${tlsSecret}`)
  return { ca, cert }
}

/**
 * Marks the pods with their certificate, so that they show a new one when `deploy` ends: left to
 * itself a mounted Secret changes some minutes later.
 */
export function markPods(deployment: KubeObject, { cert }: HookTls): void {
  const hash = createHash('sha256').update(cert).digest('hex').slice(0, 16)
  const { metadata } = deployment.spec.template
  metadata.annotations = { ...metadata.annotations, 'games.example.com/certificate': hash }
}
