import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import { startMetacontroller } from '../plane/metacontroller.ts'
import { compose } from './composed.ts'
import type { Environment } from './environment.ts'
import { fileOf } from './kubectl.ts'

const account = { kind: 'ServiceAccount', name: 'metacontroller', namespace: 'metacontroller' }
const isRole = ({ kind, metadata }: KubeObject) =>
  /^ClusterRole(Binding)?$/.test(kind) && metadata.name.includes('metacontroller')

/** The roles and bindings of Metacontroller's service account in a component. */
export async function rightsOf(env: Environment, base: string, component: string) {
  const objects = await compose(env, base, [`manifests/components/${component}`])
  return objects.filter(isRole)
}

/** A Role on one Secret, and its binding to that service account. */
export function roleOnSecret(namespace: string, secret: string): KubeObject[] {
  const metadata = { name: 'e2e-one-secret', namespace }
  const apiVersion = 'rbac.authorization.k8s.io/v1'
  const verbs = ['get', 'list', 'watch']
  const rules = [{ apiGroups: [''], resources: ['secrets'], resourceNames: [secret], verbs }]
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name }
  return [
    { apiVersion, kind: 'Role', metadata, rules },
    { apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects: [account] },
  ]
}

/** Applies objects; resolves to a function that deletes them. */
export async function applyTemporarily(env: Environment, objects: readonly KubeObject[]) {
  const file = fileOf(env.dir, objects)
  await env.kubectl('apply', '-f', file)
  return () => env.kubectl('delete', '--ignore-not-found', '-f', file)
}

/** Starts a second Metacontroller with the rights of its service account only. */
export async function startRestricted(env: Environment) {
  const { KUBECONFIG = '' } = env.kubectl.env
  const config = parse(readFileSync(KUBECONFIG, 'utf8'))
  config.users[0].user.as = `system:serviceaccount:${account.namespace}:${account.name}`
  const file = join(env.dir, 'kubeconfig-restricted')
  writeFileSync(file, stringify(config), { mode: 0o600 })
  const binary = `${process.env.METACONTROLLER_BIN}`
  const restricted = startMetacontroller(binary, file, ['-discovery-interval=1s'])
  await restricted.working
  return restricted
}
