import { createBroker } from './broker-view.js'
import { post } from './call.js'
import { createCalls } from './call-view.js'
import { describeChange } from './changes.js'
import { createCluster } from './cluster.js'
import { announce, byId, setText } from './dom.js'
import { follow } from './feed.js'
import { createMaker } from './maker.js'
import { createShelf } from './shelf-view.js'
import { createStatus } from './status-view.js'
import { createSteps } from './steps.js'
import { createStore } from './store.js'
import { createStream } from './stream-view.js'
import { createTable } from './table-view.js'

/** @import { CoinFlipStatus, Entry, Exchange, Hello } from './types.ts' */

/** @type {Hello | undefined} */
let hello
/** @type {ReturnType<typeof createStore> | undefined} */
let store
/** @type {string | undefined} */
let selected
/** @type {WeakSet<CoinFlipStatus>} */
const seen = new WeakSet()
const notice = byId('notice', HTMLElement)

const cluster = createCluster({ post, changed, gone })
const broker = createBroker()
const calls = createCalls(() => hello?.hooks ?? '')
const maker = createMaker(cluster, choose)
const shelf = createShelf(choose)
const status = createStatus()
const steps = createSteps()
const stream = createStream()
const table = createTable({
  flip: (face) => withSelected((uid) => cluster.flip(uid, face)),
  annotate: (key, on) => withSelected((uid) => cluster.annotate(uid, key, on)),
  resync: () => withSelected((uid) => cluster.resync(uid)),
  remove: () => withSelected((uid) => cluster.remove(uid)),
})

/** @param {(uid: string) => void} act */
function withSelected(act) {
  setText(notice, '')
  if (selected !== undefined) act(selected)
}

/** @param {string} uid */
function choose(uid) {
  selected = uid
  setText(notice, '')
  render()
  const entry = cluster.entry(uid)
  calls.render(entry?.exchange, entry?.object)
}

/** @param {Entry} entry */
function announceStatus({ object, before }) {
  const { status, metadata } = object
  if (!status || seen.has(status)) return
  seen.add(status)
  const words = describeChange(before, status)
  if (words !== '') announce(`${metadata.name}: ${words}`)
  steps.update(status)
}

/** @param {string} uid */
function changed(uid) {
  const entry = cluster.entry(uid)
  if (!entry) return
  announceStatus(entry)
  if (uid === selected) calls.render(entry.exchange, entry.object)
  store?.save(cluster.objects())
  render()
}

/** @param {string} uid @param {Exchange} exchange */
function gone(uid, exchange) {
  const focused = uid === selected && byId('table', HTMLElement).contains(document.activeElement)
  if (uid === selected) selected = cluster.uids()[0]
  const text = `${exchange.name} is gone: the operator answered finalized: true.`
  setText(notice, text)
  announce(text)
  steps.gone()
  calls.render(exchange, undefined)
  store?.save(cluster.objects())
  render()
  // The focus was on Delete, which now belongs to another object.
  if (focused && !shelf.focus(selected)) maker.focus()
}

function render() {
  const entry = selected === undefined ? undefined : cluster.entry(selected)
  byId('nothing', HTMLElement).hidden = entry !== undefined
  for (const id of ['table', 'status']) byId(id, HTMLElement).hidden = entry === undefined
  const all = cluster.uids().map((uid) => /** @type {const} */ ([uid, cluster.entry(uid)]))
  shelf.render(all, selected)
  maker.suggest()
  if (!entry) return
  table.render(entry)
  status.render(entry)
}

/** @param {Hello} first */
function greet(first) {
  // Another run has another broker, so the state of this page is stale.
  if (hello && hello.run !== first.run) return location.reload()
  if (hello) return
  hello = first
  setText(byId('hooks', HTMLElement), first.hooks)
  setText(byId('nats', HTMLElement), first.broker)
  setText(byId('stream-name', HTMLElement), first.stream)
  byId('docs', HTMLAnchorElement).href = `${first.hooks}/docs`
  store = createStore(sessionStorage, first.run)
  cluster.restore(store.load())
  const [uid] = cluster.uids()
  if (uid === undefined) maker.create()
  else choose(uid)
}

follow({ greet, broker: broker.show, message: stream.add })
