/**
 * The lower bound: the same answer from Node's own http server, JSON.parse, JSON.stringify
 * and nothing else. It trusts the body, has no limits, no metrics, no log and one route.
 */
import { createServer } from 'node:http'

function tally(flips) {
  const milestones = []
  let heads = 0
  let length = 0
  let last
  for (let i = 0; i < flips.length; i++) {
    const face = flips[i]
    if (face === 'Heads') heads += 1
    length = face === last ? length + 1 : 1
    last = face
    if (length === 3 && face === 'Tails') milestones.push(i + 1)
  }
  return { heads, milestones, last, length }
}

function condition(parent, type, status, reason, message) {
  const stored = parent.status?.conditions?.find((c) => c.type === type && c.status === status)
  const lastTransitionTime =
    stored?.lastTransitionTime ?? `${new Date().toISOString().slice(0, 19)}Z`
  const observedGeneration = parent.metadata.generation
  return { type, status, reason, message, observedGeneration, lastTransitionTime }
}

const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`

function statusOf(parent, { heads, milestones, last, length }) {
  const flips = parent.spec.flips.length
  const count = milestones.length
  const runs = plural(count, 'run')
  const first = milestones[0]
  const latest = milestones[count - 1]
  return {
    observedGeneration: parent.metadata.generation,
    flips,
    heads,
    tails: flips - heads,
    streak: last && { face: last, length },
    milestones: count,
    notifications: count,
    conditions: [
      count === 0
        ? condition(parent, 'ThreeTails', 'False', 'NotYet', 'no three consecutive tails so far')
        : condition(
            parent,
            'ThreeTails',
            'True',
            'ThreeInARow',
            `${runs} of three tails, the first complete at flip ${first}, the latest at flip ${latest}`,
          ),
      count === 0
        ? condition(parent, 'Notified', 'True', 'NothingToPublish', 'no milestone so far')
        : condition(
            parent,
            'Notified',
            'True',
            'Published',
            `${plural(count, 'notification')} acknowledged by the stream`,
          ),
      condition(
        parent,
        'Ready',
        'True',
        'Reconciled',
        'every flip is tallied and every notification acknowledged',
      ),
    ],
  }
}

function respond(response, parent, tallied) {
  const text = JSON.stringify({ status: statusOf(parent, tallied), children: [] })
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

/** Listens on PORT; `publish(parent, milestones)` is awaited where there is one. */
export function serve(publish) {
  const server = createServer((request, response) => {
    if (request.method === 'GET') return response.end()
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const bytes = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
      const { parent } = JSON.parse(bytes.toString())
      const tallied = tally(parent.spec.flips)
      if (publish)
        publish(parent, tallied.milestones).then(() => respond(response, parent, tallied))
      else respond(response, parent, tallied)
    })
  })
  server.listen(Number(process.env.PORT), '127.0.0.1')
}

if (import.meta.main) serve()
