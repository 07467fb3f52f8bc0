import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import t from 'tap'
import { createReceiver } from '../../server/metacontroller/receive.ts'

const limitBytes = 300_000

/** A receiver of texts, and the memory that they came in. */
function receiver() {
  const memory = new Set<ArrayBufferLike>()
  const receive = createReceiver(limitBytes, (body) => {
    memory.add(body.buffer)
    const text = body.toString()
    if (text.startsWith('bad')) throw Object.assign(new Error('bad'), { statusCode: 400 })
    return text
  })
  /** Begins to receive; the result is the text, or the error's code or message. */
  function begin(announced?: number) {
    const payload = new PassThrough()
    const headers = announced === undefined ? {} : { 'content-length': String(announced) }
    const result = new Promise<unknown>((resolve) => {
      receive({ headers }, payload, (error: (Error & { code?: string }) | null, call) =>
        resolve(error ? (error.code ?? error.message) : call),
      )
    })
    return { payload, result }
  }
  return { begin, memory }
}

t.test('bodies that arrive side by side stay apart, also after one that broke off', async (t) => {
  const { begin } = receiver()
  const sizes = [100, 66_000, 300_000, 65_536, 65_537, 120_000, 200_000, 90_000]
  for (let round = 0; round < 3; round++) {
    const bodies = sizes.map((bytes, i) => {
      const text = String.fromCharCode(97 + round * sizes.length + i).repeat(bytes)
      return { text, ...begin(i % 4 === 3 ? undefined : bytes) }
    })
    const broken = begin(250_000)
    broken.payload.write('#'.repeat(200_000))
    const pieceBytes = 16_384
    for (let at = 0; at < limitBytes; at += pieceBytes)
      for (const { text, payload } of bodies)
        if (at < text.length) payload.write(text.slice(at, at + pieceBytes))
    broken.payload.destroy(new Error('broken off'))
    for (const { payload } of bodies) payload.end()
    t.equal(await broken.result, 'broken off')
    for (const { text, result } of bodies)
      t.ok((await result) === text, `${text.length} times ${text[0]}`)
  }
})

t.test('memory of large bodies is used again, whatever became of them', async (t) => {
  const { begin, memory } = receiver()
  const inTurn: [bytes: number, text: string, code: unknown][] = [
    [200_000, 'x'.repeat(200_000), 'x'.repeat(200_000)],
    [100_000, 'y'.repeat(100_000), 'y'.repeat(100_000)],
    [100_000, 'y'.repeat(99_999), 'FST_ERR_CTP_INVALID_CONTENT_LENGTH'],
    [100_000, 'y'.repeat(100_001), 'FST_ERR_CTP_INVALID_CONTENT_LENGTH'],
    [100_000, 'y'.repeat(300_001), 'FST_ERR_CTP_BODY_TOO_LARGE'],
    [100_000, 'bad'.padEnd(100_000), 'bad'],
    [200_000, 'z'.repeat(200_000), 'z'.repeat(200_000)],
  ]
  for (const [bytes, text, expected] of inTurn) {
    const { payload, result } = begin(bytes)
    payload.end(text)
    t.ok((await result) === expected, `${text.length} of ${bytes} bytes`)
  }
  t.equal(memory.size, 1)
})

t.test('shorter bodies do not take the place of longer ones', async (t) => {
  const { begin, memory } = receiver()
  const short = Array.from({ length: 8 }, () => begin(70_000))
  for (const { payload } of short) payload.end('x'.repeat(70_000))
  for (const { result } of short) await result
  memory.clear()
  for (let times = 0; times < 3; times++) {
    const { payload, result } = begin(300_000)
    payload.end('y'.repeat(300_000))
    await result
  }
  t.equal(memory.size, 1)
})

t.test('what is too large is refused before it is there', async (t) => {
  const { begin } = receiver()
  t.equal(await begin(limitBytes + 1).result, 'FST_ERR_CTP_BODY_TOO_LARGE')
  const { payload, result } = begin()
  payload.write('x'.repeat(limitBytes))
  payload.write('x')
  t.equal(await result, 'FST_ERR_CTP_BODY_TOO_LARGE')
  t.notOk(payload.readableEnded)
  payload.destroy()
})

t.test('a body that breaks off is refused with 400 unless the error tells else', async (t) => {
  for (const [given, expected] of [
    [undefined, 400],
    [408, 408],
  ]) {
    const payload = new PassThrough()
    const error = Object.assign(new Error('broken off'), { statusCode: given })
    const receive = createReceiver(limitBytes, String)
    receive({ headers: {} }, payload, () => {})
    payload.destroy(error)
    await finished(payload).catch(() => {})
    t.equal(error.statusCode, expected)
  }
})
