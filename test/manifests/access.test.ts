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

t.test('configures the caller with the credentials that the service requires', async (t) => {
  for (const [name, field] of [
    ['auth-bearer', 'authorization'],
    ['auth-mtls', 'clientTLS'],
  ] as const) {
    const { operations, deployment } = component(name)
    const paths = ['sync', 'finalize'].map((hook) => `/spec/hooks/${hook}/webhook/${field}`)
    t.same(
      operations.map(({ op, path }) => [op, path]),
      paths.map((path) => ['add', path]),
      name,
    )
    t.same(operations[0]?.value, operations[1]?.value, 'both hooks present the same')
    const { namespace } = operations[0]?.value.secretRef ?? {}
    t.equal(namespace, deployment?.metadata.namespace, 'both read from the same namespace')
  }
})

t.test('mounts the accepted tokens, not the one of the caller', async (t) => {
  const { operations, volume } = component('auth-bearer')
  const { name, key } = operations[0]?.value.secretRef ?? {}
  t.equal(volume?.secret?.secretName, name)
  t.same(volume?.secret?.items, [{ key: 'tokens', path: 'tokens' }])
  t.not(key, 'tokens')
})

t.test('does not mount the key of the caller', async (t) => {
  const { operations, volume } = component('auth-mtls')
  t.ok(volume?.configMap?.name, 'a CA is not secret')
  t.notOk(volume?.secret)
  t.match(operations[0]?.value.secretRef.name, /-1$/, 'a number, for the one that comes after it')
})

t.test(
  'documents the permission that it needs, and grants it in a separate component',
  async (t) => {
    const folder = 'components/auth-rights/'
    const [role] = readManifests('ClusterRole', folder) as unknown as Rules[]
    const listing = { apiGroups: [''], resources: ['secrets'], verbs: ['list', 'watch'] }
    t.same(role?.rules, [listing], 'only this permission')
    const least = JSON.stringify(readManifests('ClusterRole', 'components/least-privilege/'))
    t.notMatch(least, 'secrets', 'least privilege does not include it')
  },
)
