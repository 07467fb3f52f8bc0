import { hostname } from 'node:os'
import t from 'tap'
import {
  helpFor as admissionHelp,
  judgePolicy,
  wantedPolicies,
} from '../../../hack/doctor/admission.ts'
import {
  helpFor,
  judgeComposite,
  otherMachine,
  wantedComposite,
} from '../../../hack/doctor/composite.ts'
import { judgeCrd, wantedCrd } from '../../../hack/doctor/crd.ts'
import { differences, firstOf } from '../../../hack/doctor/differences.ts'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import { expectFinding } from './expect-finding.ts'

for (const [name, wanted, found, exact, paths] of [
  ['the same', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, true, []],
  ['another value', { a: { b: 1 } }, { a: { b: 2 } }, false, ['a.b']],
  ['a missing one', { a: { b: 1 } }, {}, false, ['a']],
  ['another type', { a: [] }, { a: {} }, false, ['a']],
  ['more than wanted', { a: 1 }, { a: 1, b: 2 }, false, []],
  ['more, to be exact', { a: 1 }, { a: 1, b: 2 }, true, ['b']],
  ['a longer list', { a: [1] }, { a: [1, 2] }, false, ['a[1]']],
  ['a shorter list', { a: [1, 2] }, { a: [1] }, false, ['a[1]']],
] as const)
  t.same(differences(wanted, found, exact), paths, `differences: ${name}`)
t.equal(firstOf(['a', 'b', 'c']), 'a, b and 1 more')

/** A changed copy of an object. */
function changed(object: KubeObject, change: (copy: KubeObject) => void): KubeObject {
  const copy = structuredClone(object)
  change(copy)
  return copy
}

const crd = wantedCrd()
const stored = changed(crd, (copy) => {
  copy.status = { conditions: [{ type: 'Established', status: 'True' }] }
  copy.spec.conversion = { strategy: 'None' }
})
const schemaOf = (copy: KubeObject) => copy.spec.versions[0].schema.openAPIV3Schema.properties
for (const [name, found, ...expected] of [
  ['as applied', stored, 'ok', /as in manifests\/crd/],
  ['none', undefined, 'failure', /is not installed/, /^make install$/],
  [
    'without the rule',
    changed(
      stored,
      (copy) => delete schemaOf(copy).spec.properties.flips['x-kubernetes-validations'],
    ),
    'failure',
    /flips\.x-kubernetes-validations/,
    /^make install$/,
  ],
  [
    'with a removed field',
    changed(stored, (copy) => {
      schemaOf(copy).spec.properties.old = { type: 'string' }
    }),
    'failure',
    /spec\.properties\.old/,
    /install/,
  ],
  [
    'another version',
    changed(stored, (copy) => {
      copy.spec.versions[0].name = 'v1'
    }),
    'failure',
    /versions\[0\]\.name/,
    /install/,
  ],
  [
    'another column',
    changed(stored, (copy) => copy.spec.versions[0].additionalPrinterColumns.pop()),
    'warning',
    /additionalPrinterColumns/,
    /install/,
  ],
  [
    'another description',
    changed(stored, (copy) => {
      schemaOf(copy).spec.description = 'old'
    }),
    'warning',
    /spec\.description/,
    /install/,
  ],
  ['not established', crd, 'failure', /not established/, /^kubectl describe crd coinflips/],
] as const)
  expectFinding(t, judgeCrd(crd, found), expected, `a CRD: ${name}`)

t.same(
  wantedPolicies(true).map(({ wanted, binding }) => [wanted.kind, binding.kind]),
  [
    ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
    ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'],
  ],
)
t.equal(wantedPolicies(false).length, 1)
t.match(admissionHelp(false), /-f .*freeze-in-deletion\.yaml$/)
const [policy] = wantedPolicies(false)
if (!policy) throw new Error('manifests/admission has no policy')
const served = changed(policy.wanted, (copy) => {
  copy.spec.matchConstraints.matchPolicy = 'Equivalent'
})
for (const [name, found, bound, ...expected] of [
  [
    'there and bound',
    served,
    policy.binding,
    'ok',
    /coinflip-freeze-in-deletion is there and bound/,
  ],
  ['none', undefined, policy.binding, 'failure', /is not there/, /^apply$/],
  ['not bound', served, undefined, 'failure', /not bound/, /apply/],
  [
    'another binding',
    served,
    changed(policy.binding, (copy) => {
      copy.spec.validationActions = ['Audit']
    }),
    'failure',
    /binding validationActions\[0\]/,
    /apply/,
  ],
  [
    'another rule',
    changed(served, (copy) => {
      copy.spec.validations[0].expression = 'true'
    }),
    policy.binding,
    'failure',
    /validations\[0\]\.expression/,
    /apply/,
  ],
] as const)
  expectFinding(t, judgePolicy(policy, found, bound, 'apply'), expected, `a policy: ${name}`)

const composite = wantedComposite()
const secured = changed(composite, ({ spec }) => {
  for (const hook of ['sync', 'finalize'])
    spec.hooks[hook].webhook.url = `https://a.b.svc:1/${hook}`
  spec.endpointConfigs = [{ host: 'a.b.svc:1', caBundle: { inline: 'x' } }]
})
for (const [name, found, ...expected] of [
  ['as applied', composite, 'ok', /^calls http:\/\/coinflip-operator\.coinflip-system\.svc:8080$/],
  ['with TLS', secured, 'ok', /^calls https:\/\/a\.b\.svc:1$/],
  ['none', undefined, 'failure', /there is none/, /^again$/],
  [
    'no finalize hook',
    changed(composite, ({ spec }) => delete spec.hooks.finalize),
    'failure',
    /hooks\.finalize/,
    /again/,
  ],
  [
    'no selector',
    changed(composite, ({ spec }) => delete spec.generateSelector),
    'failure',
    /generateSelector/,
    /again/,
  ],
  [
    'no URL',
    changed(composite, ({ spec }) => delete spec.hooks.sync.webhook.url),
    'failure',
    /no URL/,
    /again/,
  ],
  [
    'two URLs',
    changed(composite, ({ spec }) => {
      spec.hooks.sync.webhook.url = 'http://a/sync'
    }),
    'failure',
    /http:\/\/a for sync and http:\/\/coinflip/,
    /again/,
  ],
  [
    'hooks mixed up',
    changed(composite, ({ spec }) => {
      spec.hooks.sync.webhook.url = spec.hooks.finalize.webhook.url
    }),
    'failure',
    /calls \/finalize and \/finalize/,
    /again/,
  ],
  [
    'another period',
    changed(composite, ({ spec }) => {
      spec.resyncPeriodSeconds = 300
    }),
    'warning',
    /resyncPeriodSeconds/,
    /again/,
  ],
] as const)
  expectFinding(
    t,
    judgeComposite(composite, found, 'again'),
    expected,
    `a CompositeController: ${name}`,
  )

const deployment: KubeObject = {
  ...composite,
  spec: { template: { spec: { containers: [{ image: 'mine:1' }] } } },
}
const onHost = changed(composite, ({ metadata }) => {
  metadata.labels = { 'games.example.com/runs-on': 'host' }
})
t.equal(helpFor(composite, deployment), 'make deploy IMG=mine:1')
t.equal(helpFor(undefined, undefined), 'make deploy IMG=')
t.equal(helpFor(onHost, undefined), 'make run')

for (const [by, machine] of [
  ['far/1', 'far'],
  [`${hostname()}/${process.pid}`, undefined],
  [`${hostname()}/999999999`, undefined],
  [undefined, undefined],
] as const) {
  const run = changed(onHost, ({ metadata }) => {
    metadata.annotations = by ? { 'games.example.com/run-by': by } : {}
  })
  t.equal(otherMachine(run), machine, `run by ${by}`)
}
t.equal(otherMachine(composite), undefined, 'a deployment')
