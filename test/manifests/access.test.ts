import t from 'tap'
import { readDocuments, readManifests } from '../../hack/lib/manifests.ts'

interface Ref {
  name: string
  namespace: string
  key?: string
}
interface Pod {
  template: {
    spec: {
      volumes: {
        secret?: { secretName: string; items?: { key: string }[] }
        configMap?: { name: string }
      }[]
    }
  }
}
interface Rules {
  rules: { apiGroups: string[]; resources: string[]; verbs: string[]; resourceNames?: string[] }[]
}

/** What a component adds to the endpoint, and what it mounts. */
function component(name: string) {
  const folder = `components/${name}`
  const [operations] = readDocuments(`${folder}/compositecontroller.yaml`) as [
    { op: string; path: string; value: { secretRef: Ref } }[],
  ]
  const [deployment] = readManifests<Pod>('Deployment', `${folder}/`)
  return { operations, deployment, volume: deployment?.spec.template.spec.volumes[0] }
}

t.test('the caller shows what the service asks for', async (t) => {
  for (const [name, field] of [
    ['auth-bearer', 'authorization'],
    ['auth-mtls', 'clientTLS'],
  ] as const) {
    const { operations, deployment } = component(name)
    t.match(operations, [{ op: 'add', path: `/spec/endpointConfigs/0/${field}` }], name)
    const { namespace } = operations[0]?.value.secretRef ?? {}
    t.equal(namespace, deployment?.metadata.namespace, 'what both read is in one namespace')
  }
})

t.test('the service reads the tokens that count, and not the one that is sent', async (t) => {
  const { operations, volume } = component('auth-bearer')
  const { name, key } = operations[0]?.value.secretRef ?? {}
  t.equal(volume?.secret?.secretName, name)
  t.same(volume?.secret?.items, [{ key: 'tokens', path: 'tokens' }])
  t.not(key, 'tokens')
})

t.test("the service has no part in its caller's key", async (t) => {
  const { operations, volume } = component('auth-mtls')
  t.ok(volume?.configMap?.name, 'an authority is no secret')
  t.notOk(volume?.secret)
  t.match(operations[0]?.value.secretRef.name, /-1$/, 'a number, for the one that comes after it')
})

t.test('the right that it costs is told, and given by a component of its own', async (t) => {
  const folder = 'components/auth-rights/'
  const [role] = readManifests('ClusterRole', folder) as unknown as Rules[]
  const listing = { apiGroups: [''], resources: ['secrets'], verbs: ['list', 'watch'] }
  t.same(role?.rules, [listing], 'no more than it needs')
  const least = JSON.stringify(readManifests('ClusterRole', 'components/least-privilege/'))
  t.notMatch(least, 'secrets', 'least privilege has it not')
})
