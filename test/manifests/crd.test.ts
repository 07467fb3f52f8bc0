import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { crdCommand, crdFiles, crdPatchPath } from '../../hack/lib/crd.ts'
import { maxFlips } from '../../server/domain/coinflip.ts'
import { appendOnlyRules } from '../../server/domain/crd.ts'
import { coinFlips } from '../../server/hook/controller.ts'
import { crdOf } from '../../server/metacontroller/index.ts'

interface Node {
  type?: string
  description?: string
  properties?: Record<string, Node>
  items?: Node
  required?: string[]
  [keyword: string]: unknown
}

const crd = crdOf(coinFlips)
const [version] = crd.spec.versions
const root = version?.schema.openAPIV3Schema as unknown as Node
const at = (path: string) =>
  path.split('.').reduce<Node | undefined>((node, name) => node?.properties?.[name], root)

/** Every node of the schema with its path, list items as `[]`. */
function nodes(node: Node, path: string): [string, Node][] {
  const fields = Object.entries(node.properties ?? {})
  return [
    [path, node],
    ...fields.flatMap(([name, field]) => nodes(field, path ? `${path}.${name}` : name)),
    ...(node.items ? nodes(node.items, `${path}[]`) : []),
  ]
}

for (const [path, text] of Object.entries(crdFiles()))
  t.equal(
    readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'),
    text,
    `${path} follows from the schema; if not, run ${crdCommand}`,
  )

t.test('the patch for Kubernetes 1.34 replaces the rule by its other form', async (t) => {
  const [{ path, value }] = parse(crdFiles()[crdPatchPath] ?? '')
  const names: string[] = path.slice(1).split('/')
  // biome-ignore lint/suspicious/noExplicitAny: a path through the whole CRD
  const found = names.reduce((node: any, name) => node[name], crd)
  t.equal(found, appendOnlyRules.slice)
  t.equal(value, appendOnlyRules.all)
})

t.test('the schema is structural, and every field is described', async (t) => {
  const taken = /^(x-kubernetes-.*|type|description|properties|required|items|enum|format)$/
  const limits = /^(min|max)(imum|Length|Items)$/
  for (const [path, node] of nodes(root, '')) {
    const foreign = Object.keys(node).filter((word) => !taken.test(word) && !limits.test(word))
    t.same(foreign, [], `${path || 'the object'} has only what a CRD takes`)
    t.ok(node.type, `${path || 'the object'} has a type`)
    // The API server describes the metadata by itself, and allows no other words about it.
    if (path !== 'metadata')
      t.match(node.description, /\.$/, `${path || 'the object'} is described`)
  }
})

t.test('the flips are an append-only list', async (t) => {
  const flips = at('spec.flips')
  t.equal(flips?.maxItems, maxFlips, 'limited, which the cost of the rule is computed from')
  t.equal(flips?.['x-kubernetes-list-type'], 'atomic', 'one writer at a time owns it')
  t.match(flips?.['x-kubernetes-validations'], [{ rule: /oldSelf/, message: /appended/ }], 'a rule')
  t.same([root.required, at('spec')?.required], [['spec'], ['flips']], 'it cannot be left out')
})

t.test('conditions are a map by type', async (t) => {
  const conditions = at('status.conditions')
  t.same(conditions?.['x-kubernetes-list-map-keys'], ['type'])
  t.ok(conditions?.items?.required?.includes('type'))
})

t.test('kubectl get shows fields that exist', async (t) => {
  for (const { name, type, jsonPath } of version?.additionalPrinterColumns ?? []) {
    if (jsonPath === '.metadata.creationTimestamp') continue
    const [path = '', field] = jsonPath.slice(1).split(/\[.*\]\./)
    const node = field ? at(path)?.items?.properties?.[field] : at(path)
    t.equal(node?.type, type, `${name} shows ${jsonPath}`)
  }
})

t.test('`kubectl delete all` keeps CoinFlips', async (t) => {
  t.notOk(crd.spec.names.categories?.includes('all'), '`kubectl delete all --all` leaves it alone')
})
