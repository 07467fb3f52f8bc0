import t from 'tap'
import {
  abandonAnnotation,
  annotated,
  finalizer,
  flipped,
  maxFlips,
  pausedAnnotation,
  suggestName,
  whyNoFlip,
  whyNotNamed,
} from '../../../hack/playground/page/object.js'
import * as domain from '../../../server/domain/coinflip.ts'
import { faces } from '../../lib/coinflip.ts'
import { storedObject } from './clock.ts'

const object = storedObject()

t.test('creates an object as the API server stores it', async (t) => {
  t.match(object, { apiVersion: domain.apiVersion, kind: domain.kind, spec: { flips: [] } })
  const { metadata } = object
  t.match(metadata, { name: 'lucky', namespace: 'default', uid: /.{36}/, generation: 1 })
  t.match(metadata, { creationTimestamp: '2026-11-22T12:00:00Z', finalizers: [finalizer] })
})

t.test('has the constants of the service', async (t) => {
  t.equal(pausedAnnotation, domain.pausedAnnotation)
  t.equal(abandonAnnotation, domain.abandonAnnotation)
  t.equal(maxFlips, domain.maxFlips)
})

t.test('changes copies of an object', async (t) => {
  const once = flipped(object, 'Tails')
  t.same(once.spec.flips, ['Tails'])
  t.same(object.spec.flips, [], 'the former object stays as it was')
  const paused = annotated(once, pausedAnnotation, 'true')
  t.match(paused.metadata, { annotations: { [pausedAnnotation]: 'true' } })
  t.same(annotated(paused, pausedAnnotation, undefined), once)
})

t.test('refuses flips that Kubernetes refuses', async (t) => {
  t.equal(whyNoFlip(object), undefined)
  const metadata = { ...object.metadata, deletionTimestamp: '2026-11-22T12:00:00Z' }
  t.match(whyNoFlip({ ...object, metadata }), /takes no more flips/)
  const full = { ...object, spec: { flips: faces('H'.repeat(maxFlips)) } }
  t.match(whyNoFlip(full), /at most 10000/)
})

t.test('accepts the names that Kubernetes accepts', async (t) => {
  for (const [name, fault] of [
    ['lucky', undefined],
    ['a.b-c.9', undefined],
    ['taken', /already exists/],
    ['', /a name has/],
    ['Lucky', /a name has/],
    ['a..b', /a name has/],
    ['-a', /a name has/],
    ['a'.repeat(254), /a name has/],
  ] as const) {
    const why = whyNotNamed(name, ['taken'])
    if (fault) t.match(why, fault, name)
    else t.equal(why, undefined, name)
  }
})

t.test('suggests a free name, however many are taken', async (t) => {
  const taken: string[] = []
  for (let count = 0; count < 12; count++) {
    const name = suggestName(taken)
    t.equal(whyNotNamed(name, taken), undefined, name)
    taken.push(name)
  }
})
