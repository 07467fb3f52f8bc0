import { connect, type NatsConnection } from '@nats-io/transport-node'

/** A notification as it lies in the stream. */
export interface Message {
  sequence: number
  subject: string
  event: {
    id: string
    time: string
    data: { flip: number; ordinal: number; generation: number }
    [field: string]: unknown
  }
}

const stream = 'COINFLIPS'
const noMessage = 10037
const noStream = 10059

interface Reply {
  error?: { err_code: number; description: string }
  message?: { seq: number; subject: string; data: string }
}

/** Talks to the server's own API: the client library of the service is not asked about it. */
async function withServer<T>(
  url: string,
  work: (ask: (what: string, request: object) => Promise<Reply>) => Promise<T>,
): Promise<T> {
  const connection: NatsConnection = await connect({ servers: url, name: 'e2e' })
  try {
    return await work(async (what, request) => {
      const reply = await connection.request(
        `$JS.API.STREAM.${what}.${stream}`,
        JSON.stringify(request),
        { timeout: 5_000 },
      )
      return reply.json<Reply>()
    })
  } finally {
    await connection.close()
  }
}

function demand(reply: Reply, ...expected: number[]): Reply {
  if (reply.error && !expected.includes(reply.error.err_code))
    throw new Error(`stream ${stream}: ${reply.error.description}`)
  return reply
}

/** What the stream holds, of one object or of all, in its order; a missing stream holds nothing. */
export function readMessages(url: string, uid = '*'): Promise<Message[]> {
  return withServer(url, async (ask) => {
    const messages: Message[] = []
    const next_by_subj = `coinflips.three-tails.*.${uid}.*`
    for (let seq = 1; ; seq = (messages.at(-1)?.sequence ?? 0) + 1) {
      const reply = await ask('MSG.GET', { seq, next_by_subj })
      const { message } = demand(reply, noMessage, noStream)
      if (!message) return messages
      const event = JSON.parse(Buffer.from(message.data, 'base64').toString())
      messages.push({ sequence: message.seq, subject: message.subject, event })
    }
  })
}

/** Deletes the stream with all that it holds. */
export function deleteStream(url: string): Promise<unknown> {
  return withServer(url, async (ask) => demand(await ask('DELETE', {})))
}

/**
 * What the stream has to hold of an object, in order: id, flip and ordinal of each message. Told
 * apart from the way the service counts on purpose: this is to catch it in a mistake.
 */
export function expectedOf(uid: string, letters: string): [string, number, number][] {
  return [...letters.matchAll(/T{3,}/g)].map(({ index }, i) => {
    const flip = index + 3
    return [`${uid}.${flip}`, flip, i + 1]
  })
}

/** The same of what the stream holds. */
export function shortOf(messages: readonly Message[]): [string, number, number][] {
  return messages.map(({ event: { id, data } }) => [id, data.flip, data.ordinal])
}
