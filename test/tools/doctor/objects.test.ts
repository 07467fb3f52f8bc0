import t from 'tap'
import {
  checkObject,
  differences,
  judgeComposite,
  wantedPolicies,
} from '../../../hack/doctor/objects.ts'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import { type Manifest, readManifests } from '../../../hack/lib/manifests.ts'
import { expectFinding } from './expect-finding.ts'
import { fakeKubectl } from './fake-kubectl.ts'

for (const [name, wanted, found, paths] of [
  ['the same', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
  ['another value', { a: { b: 1 } }, { a: { b: 2 } }, ['a.b']],
  ['a missing one', { a: { b: 1 } }, {}, ['a']],
  ['another type', { a: [] }, { a: {} }, ['a']],
  ['more than wanted', { a: 1 }, { a: 1, b: 2 }, []],
  [
    'more in a schema',
    { openAPIV3Schema: {} },
    { openAPIV3Schema: { b: 2 } },
    ['openAPIV3Schema.b'],
  ],
  ['a longer list', { a: [1] }, { a: [1, 2] }, ['a.1']],
  ['a shorter list', { a: [1, 2] }, { a: [1] }, ['a.1']],
] as const)
  t.same(differences(wanted, found), paths, `differences: ${name}`)

type Spec = KubeObject['spec']
const read = (kind: string) => readManifests(kind)[0] as Manifest

/** A copy with a changed spec. */
function changed(object: Manifest, change: (spec: Spec) => unknown): KubeObject {
  const copy = structuredClone(object)
  change(copy.spec)
  return copy
}

t.test('compares an object with its manifest', async (t) => {
  const crd = read('CustomResourceDefinition')
  const schemaOf = (spec: Spec) => spec.versions[0].schema.openAPIV3Schema.properties
  const stored = changed(crd, (spec) => {
    spec.conversion = { strategy: 'None' }
  })
  const established = (status: string) => ({
    ...stored,
    status: { conditions: [{ type: 'Established', status, message: 'name taken' }] },
  })
  for (const [name, found, ...expected] of [
    ['as applied', established('True'), 'ok', /is as in manifests\/crd\/coinflips/],
    ['none', undefined, 'failure', /^Custom.* coinflips.* is missing$/, /^again$/],
    ['not established', established('False'), 'failure', /name taken/, /^kubectl describe crd/],
    [
      'no rule',
      changed(
        crd,
        (spec) => delete schemaOf(spec).spec.properties.flips['x-kubernetes-validations'],
      ),
      'failure',
      /flips\.x-kubernetes-validations$/,
      /^again$/,
    ],
    [
      'an old field, and an old description',
      changed(crd, (spec) => {
        schemaOf(spec).spec.description = 'old'
        schemaOf(spec).spec.properties.old = { type: 'string' }
      }),
      'failure',
      /spec\.properties\.old and 1 more$/,
      /again/,
    ],
    [
      'an old description',
      changed(crd, (spec) => {
        schemaOf(spec).spec.description = 'old'
      }),
      'warning',
      /spec\.description$/,
      /again/,
    ],
  ] as const) {
    const kubectl = fakeKubectl({ [`get ${crd.kind} ${crd.metadata.name}`]: found })
    expectFinding(t, await checkObject(kubectl, crd, 'again'), expected, name)
  }
})

t.test('wants the policies and bindings that the cluster supports', async (t) => {
  const names = (minor: number) => wantedPolicies([1, minor, 0]).map(({ kind }) => kind)
  const validating = ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding']
  const mutating = ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding']
  t.same(names(36), [...validating, ...mutating.flatMap((kind) => [kind, kind])])
  t.same(names(35), validating)
  const [policy] = wantedPolicies([1, 35, 0])
  if (policy)
    t.match(await checkObject(fakeKubectl({}), policy), {
      help: 'kubectl apply -f manifests/admission/freeze-in-deletion.yaml',
    })
})

t.test('judges the CompositeController, wherever its hooks are', async (t) => {
  const composite = read('CompositeController')
  const calling = (sync: string | undefined, finalize: string) =>
    changed(composite, ({ hooks }) => {
      hooks.sync.webhook.url = sync
      hooks.finalize.webhook.url = finalize
    })
  for (const [name, found, ...expected] of [
    [
      'as applied',
      composite,
      'ok',
      /^calls http:\/\/coinflip-operator\.coinflip-system\.svc:8080$/,
    ],
    [
      'elsewhere',
      calling('https://a:1/sync', 'https://a:1/finalize'),
      'ok',
      /^calls https:\/\/a:1$/,
    ],
    ['none', undefined, 'failure', /there is none/, /^again$/],
    [
      'no finalize hook',
      changed(composite, ({ hooks }) => delete hooks.finalize),
      'failure',
      /hooks\.finalize/,
      /again/,
    ],
    ['no URL', calling(undefined, 'http://a/finalize'), 'failure', /no URL/, /again/],
    [
      'two services',
      calling('http://a/sync', 'http://b/finalize'),
      'failure',
      /not \/sync and/,
      /again/,
    ],
    [
      'one hook',
      calling('http://a/finalize', 'http://a/finalize'),
      'failure',
      /not \/sync/,
      /again/,
    ],
    [
      'no selector',
      changed(composite, (spec) => delete spec.generateSelector),
      'failure',
      /generateSelector/,
      /again/,
    ],
    [
      'another period',
      changed(composite, (spec) => {
        spec.resyncPeriodSeconds = 300
      }),
      'ok',
      /^calls /,
    ],
    [
      'no period',
      changed(composite, (spec) => delete spec.resyncPeriodSeconds),
      'warning',
      /resyncPeriodSeconds$/,
      /again/,
    ],
  ] as const)
    expectFinding(t, judgeComposite(found, 'again'), expected, name)
})
