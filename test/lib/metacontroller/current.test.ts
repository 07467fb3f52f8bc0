import t from 'tap'
import type { KubeObject } from '../../../server/metacontroller/index.ts'
import { notes } from './controllers.ts'
import { isCurrent } from './current.ts'

const uid = 'u1'
const apiVersion = 'scenarios.example.com/v1'
const note = (status: object, parts: object = {}): KubeObject => ({
  apiVersion,
  kind: 'Note',
  metadata: { name: 'n', namespace: 'home', uid, generation: 2, resourceVersion: '5', ...parts },
  status,
})
const ownerReferences = [{ apiVersion, kind: 'Note', name: 'n', uid }]
const child = (kind: string, parts: object, owners: object = { ownerReferences }): KubeObject => ({
  apiVersion: kind === 'Page' ? apiVersion : 'v1',
  kind,
  metadata: { name: 'a', namespace: 'home', resourceVersion: '3', ...owners },
  ...parts,
})
const wanted = (kind: string, parts: object) => ({ kind, metadata: { name: 'a' }, ...parts })
const text = (value: string) => ({ data: { text: value } })
const page = (...lines: string[]) => ({ spec: { lines: lines.map((name) => ({ name })) } })

const synced = note({ copies: 1, observedGeneration: 2 })
const status = { copies: 1 }

for (const [name, object, stored, answer, expected] of [
  [
    'its answer is written',
    synced,
    child('ConfigMap', text('new')),
    wanted('ConfigMap', text('new')),
    true,
  ],
  [
    'others have added to a child',
    synced,
    child('Page', page('mine', 'a')),
    wanted('Page', page('a')),
    true,
  ],
  [
    'a child of OnDelete stays as it was',
    synced,
    child('Secret', text('old')),
    wanted('Secret', text('new')),
    true,
  ],
  [
    'a child belongs to nobody',
    synced,
    child('ConfigMap', text('old'), {}),
    wanted('ConfigMap', text('new')),
    true,
  ],
  [
    'a child is not updated yet',
    synced,
    child('ConfigMap', text('old')),
    wanted('ConfigMap', text('new')),
    false,
  ],
  ['a child is not deleted yet', synced, child('ConfigMap', text('old')), undefined, false],
  [
    'the status is not written yet',
    note({ copies: 1, observedGeneration: 1 }),
    child('ConfigMap', text('new')),
    wanted('ConfigMap', text('new')),
    false,
  ],
  [
    'the object has changed since',
    note({ copies: 1, observedGeneration: 2 }, { resourceVersion: '6' }),
    child('ConfigMap', text('new')),
    wanted('ConfigMap', text('new')),
    false,
  ],
] as const)
  t.test(`a call is ${expected ? 'current' : 'not current'} where ${name}`, async (t) => {
    const isOwned = stored.metadata.ownerReferences !== undefined
    const body = { parent: synced, children: { kind: isOwned ? { key: stored } : {} } }
    const children = [answer ?? []].flat()
    const call = { controller: 'notes', hook: 'sync', body, answer: { status, children } }
    t.equal(isCurrent(notes, call, object, [], [object, stored]), expected)
  })

t.test('a finalize call is never current: its object goes away', async (t) => {
  const answer = { status, children: [], finalized: true }
  const call = { controller: 'notes', hook: 'finalize', body: { parent: synced }, answer }
  t.equal(isCurrent(notes, call, synced, [], [synced]), false)
})
