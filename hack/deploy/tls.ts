import { createHash } from 'node:crypto'
import { makeCertificates } from '../../server/cluster/certificates.ts'
import { secretName as tlsSecret } from '../../server/cluster/hook-secret.ts'
import { firstCertificate } from '../../server/cluster/trust.ts'
import { ask, find, type Kubectl } from '../kube/kubectl.ts'
import { apply, type KubeObject } from '../kube/objects.ts'
import { UserError } from '../lib/user-error.ts'
import { systemNamespace } from './system.ts'

const hookNames = [`coinflip-operator.${systemNamespace}.svc`]
/** Each `deploy` renews them. */
const validDays = 365

/** A certificate for the hooks, and the CA that Metacontroller has to trust. */
export interface HookTls {
  ca: string
  cert: string
  /** Absent where cert-manager keeps it. */
  key?: string
}

/** Makes a CA, whose key is thrown away, and a certificate for the Service of the hooks. */
export function makeHookTls(): Promise<HookTls> {
  return makeCertificates(hookNames, [], validDays)
}

/** Requests them from cert-manager, which also renews the certificate. */
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
 * Annotates the pods with their certificate, so that a new one rolls them: a mounted Secret alone
 * changes minutes later.
 */
export function markPods(deployment: KubeObject, { cert }: HookTls): void {
  const hash = createHash('sha256').update(cert).digest('hex').slice(0, 16)
  const { metadata } = deployment.spec.template
  metadata.annotations = { ...metadata.annotations, 'games.example.com/certificate': hash }
}
