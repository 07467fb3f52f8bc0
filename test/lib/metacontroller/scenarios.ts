import type { KubeObject } from '../../../server/metacontroller/index.ts'
import type { World } from './world.ts'

const own = 'scenarios.example.com/v1'
/** The namespace of the scenarios, and others that exist from the start. */
export const namespaces = { home: {}, library: { books: 'yes' }, attic: { books: 'no' } }

const object = (
  apiVersion: string,
  kind: string,
  name: string,
  parts: object,
  namespace = 'home',
) => ({ apiVersion, kind, metadata: { name, namespace }, ...parts }) as KubeObject

const note = (text: string, ...copies: string[]) =>
  object(own, 'Note', 'note', { spec: { text, copies } })
const configMap = (name: string, data: object, metadata: object = {}) => {
  const made = object('v1', 'ConfigMap', name, { data })
  return { ...made, metadata: { ...made.metadata, ...metadata } }
}

/** What happens in a step; Metacontroller settles after each. */
type Step = [what: string, happens: (world: World) => Promise<void>]

/** What happens one after the other, by the name of a scenario. */
export const scenarios: Record<string, readonly Step[]> = {
  'children by their update strategy': [
    ['a parent is created', (world) => world.create(note('hello', 'a', 'b'))],
    [
      'its spec changes',
      (world) => world.patch('Note', 'note', { spec: { text: 'good bye' } }, 'home'),
    ],
    [
      'somebody changes a child',
      (world) =>
        world.patch(
          'ConfigMap',
          'a',
          { metadata: { labels: { mine: 'yes' } }, data: { text: 'changed', more: 'mine' } },
          'home',
        ),
    ],
    [
      'somebody adds an item to the list of a child',
      (world) =>
        world.patch(
          'Page',
          'a',
          { spec: { lines: [{ name: 'a', text: 'good bye' }, { name: 'b' }] } },
          'home',
        ),
    ],
    ['somebody deletes a child', (world) => world.delete('ConfigMap', 'b', 'home')],
    [
      'a child is no longer desired',
      (world) => world.patch('Note', 'note', { spec: { copies: ['a'] } }, 'home'),
    ],
    [
      'a label of the parent changes',
      (world) => world.patch('Note', 'note', { metadata: { labels: { a: 'b' } } }, 'home'),
    ],
    ['the parent is deleted', (world) => world.delete('Note', 'note', 'home')],
  ],

  'a child that belongs to nobody': [
    ['an object of a later name exists', (world) => world.create(configMap('a', { text: 'mine' }))],
    ['a parent wants that name', (world) => world.create(note('hello', 'a'))],
    ['the parent is deleted', (world) => world.delete('Note', 'note', 'home')],
    ['the object is deleted', (world) => world.delete('ConfigMap', 'a', 'home')],
  ],

  'adoption by a selector': [
    [
      'a parent with a selector is created',
      (world) =>
        world.create(
          object(own, 'Set', 'set', { spec: { selector: { matchLabels: { set: 's' } } } }),
        ),
    ],
    [
      'an orphan with its labels appears',
      (world) => world.create(configMap('orphan', { from: 'home' }, { labels: { set: 's' } })),
    ],
    [
      'the orphan loses its label',
      (world) => world.patch('ConfigMap', 'orphan', { metadata: { labels: null } }, 'home'),
    ],
    ['the parent is deleted', (world) => world.delete('Set', 'set', 'home')],
    ['the orphan is deleted', (world) => world.delete('ConfigMap', 'orphan', 'home')],
    ['the child is deleted', (world) => world.delete('ConfigMap', 'own', 'home')],
  ],

  'related objects of a cluster-scoped parent': [
    ['the source exists', (world) => world.create(configMap('source', { book: 'one' }))],
    [
      'a parent is created',
      (world) => {
        const spec = { from: 'home', source: 'source', labels: { books: 'yes' } }
        return world.create({ apiVersion: own, kind: 'Shelf', metadata: { name: 'shelf' }, spec })
      },
    ],
    [
      'the source changes',
      (world) => world.patch('ConfigMap', 'source', { data: { book: 'two' } }, 'home'),
    ],
    [
      'a namespace gets the label',
      (world) => world.patch('Namespace', 'attic', { metadata: { labels: { books: 'yes' } } }),
    ],
    [
      'an object appears in a selected namespace',
      (world) => world.create(object('v1', 'Secret', 'key', { type: 'Opaque' }, 'attic')),
    ],
    [
      'the selection changes with the spec',
      (world) => world.patch('Shelf', 'shelf', { spec: { labels: { books: 'no' } } }),
    ],
    ['the source is deleted', (world) => world.delete('ConfigMap', 'source', 'home')],
    ['the parent is deleted', (world) => world.delete('Shelf', 'shelf')],
    ['the object is deleted', (world) => world.delete('Secret', 'key', 'attic')],
  ],

  'decorated objects': [
    [
      'an object without the annotation is created',
      (world) =>
        world.create({
          ...object(own, 'Page', 'page', { spec: { lines: [{ name: 'a' }] } }),
          metadata: { name: 'page', namespace: 'home', labels: { draft: 'yes', keep: 'yes' } },
        }),
    ],
    [
      'it gets the annotation',
      (world) =>
        world.patch(
          'Page',
          'page',
          { metadata: { annotations: { stamp: 'yes', old: 'x' } } },
          'home',
        ),
    ],
    [
      'it changes',
      (world) =>
        world.patch('Page', 'page', { spec: { lines: [{ name: 'a' }, { name: 'b' }] } }, 'home'),
    ],
    [
      'it loses the annotation',
      (world) =>
        world.patch('Page', 'page', { metadata: { annotations: { stamp: null } } }, 'home'),
    ],
    [
      'it gets the annotation again',
      (world) =>
        world.patch('Page', 'page', { metadata: { annotations: { stamp: 'yes' } } }, 'home'),
    ],
    ['it is deleted', (world) => world.delete('Page', 'page', 'home')],
  ],
}
