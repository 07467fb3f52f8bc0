import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { get } from 'node:https'
import { join } from 'node:path'
import { stringify } from 'yaml'

/** The address and credentials of an API server. */
export interface Access {
  url: string
  token: string
  /** Written by the server at its start: its certificate with the CA. */
  caFile: string
}

/** Arguments of an etcd with temporary data. */
export const etcdArgs = (dir: string, url: string, peerUrl: string) => [
  `--data-dir=${join(dir, 'etcd')}`,
  `--listen-client-urls=${url}`,
  `--advertise-client-urls=${url}`,
  `--listen-peer-urls=${peerUrl}`,
  '--unsafe-no-fsync',
]

/** Arguments of an API server on loopback that knows the token of `writeCredentials`. */
export const apiServerArgs = (dir: string, etcdUrl: string, port: number) => [
  `--etcd-servers=${etcdUrl}`,
  '--bind-address=127.0.0.1',
  // Since 1.37 it refuses to write an endpoint on loopback; nothing uses the Service `kubernetes`.
  '--endpoint-reconciler-type=none',
  `--secure-port=${port}`,
  `--cert-dir=${dir}`,
  '--authorization-mode=RBAC',
  `--token-auth-file=${join(dir, 'tokens.csv')}`,
  `--service-account-issuer=https://127.0.0.1:${port}`,
  `--service-account-key-file=${join(dir, 'service-account.key')}`,
  `--service-account-signing-key-file=${join(dir, 'service-account.key')}`,
  '--service-cluster-ip-range=10.0.0.0/24',
  // No controller creates the service account that it would require of every pod.
  '--disable-admission-plugins=ServiceAccount',
]

/** Writes the keys and tokens of the API server; returns how to access it. */
export function writeCredentials(dir: string, port: number): Access {
  const token = randomUUID()
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  writeFileSync(join(dir, 'service-account.key'), privateKey, { mode: 0o600 })
  writeFileSync(join(dir, 'tokens.csv'), `${token},admin,admin,system:masters\n`, { mode: 0o600 })
  return { url: `https://127.0.0.1:${port}`, token, caFile: join(dir, 'apiserver.crt') }
}

/** Writes a kubeconfig of the administrator, when the server has written its certificate. */
export async function writeKubeconfig(file: string, access: Access): Promise<void> {
  const name = 'coinflip-control-plane'
  const ca = (await readFile(access.caFile)).toString('base64')
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: 'admin' } }],
    clusters: [{ name, cluster: { server: access.url, 'certificate-authority-data': ca } }],
    users: [{ name: 'admin', user: { token: access.token } }],
  }
  writeFileSync(file, stringify(kubeconfig), { mode: 0o600 })
}

/** Whether the API server answers a path with 200. */
export async function isServed(path: string, { url, token, caFile }: Access): Promise<boolean> {
  const ca = await readFile(caFile).catch(() => undefined)
  if (!ca) return false
  const headers = { authorization: `Bearer ${token}` }
  return new Promise((resolve) => {
    const request = get(
      `${url}${path}`,
      { ca, headers, agent: false, timeout: 5000 },
      (response) => {
        response.resume()
        resolve(response.statusCode === 200)
      },
    )
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}
