import t, { type Test } from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import { fileOf } from '../lib/cluster/kubectl.ts'
import { env } from './environment.ts'

const { namespace } = await env.coinflips('e2e-roles')

const reading = ['get coinflips', 'list coinflips', 'get coinflips/status']
const writing = ['create coinflips', 'patch coinflips', 'delete coinflips']
const settingBack = ['patch coinflips/status']
const all = [...reading, ...writing, ...settingBack]
const rightsOf = { view: reading, edit: [...reading, ...writing], admin: all }

async function may(user: string, right: string, where: string): Promise<boolean> {
  const [verb = '', what = ''] = right.split(' ')
  const [resource = '', subresource = ''] = what.split('/')
  const object = [resource, `--subresource=${subresource}`, `--namespace=${where}`]
  const { stdout } = await env.kubectl.try('auth', 'can-i', verb, ...object, `--as=${user}`)
  return stdout.trim() === 'yes'
}

/** Binds the ClusterRoles with a prefix, and checks the granted rights. */
async function checkRoles(t: Test, prefix: string): Promise<void> {
  const group = 'rbac.authorization.k8s.io'
  for (const [role, rights] of Object.entries(rightsOf)) {
    const name = `${prefix}${role}`
    const user = `e2e-${name}`
    const binding = {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata: { name, namespace },
      subjects: [{ kind: 'User', name: user, apiGroup: group }],
      roleRef: { kind: 'ClusterRole', name, apiGroup: group },
    }
    await env.kubectl('apply', '-f', fileOf(env.dir, [binding]))
    await waitFor(() => may(user, 'get coinflips', namespace), Boolean, {
      what: `${user} may read`,
    })
    const granted = await Promise.all(all.map((right) => may(user, right, namespace)))
    t.same(
      all.filter((_, i) => granted[i]),
      rights,
      `${name} may do that and no more`,
    )
    t.notOk(await may(user, 'get coinflips', 'default'), `${name} holds in its namespace only`)
  }
}

t.test('viewers read, editors flip, and administrators reset a status', async (t) => {
  // In a cluster they are deployed with the operator; applying them again changes nothing.
  await env.kubectl('apply', '--server-side', '--force-conflicts', '-f', 'manifests/base/rbac.yaml')
  await checkRoles(t, 'coinflip-')
})

t.test("Kubernetes' own view, edit and admin hold these rights", env.needs('cluster'), (t) =>
  checkRoles(t, ''),
)
