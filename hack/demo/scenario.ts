import type { Broker } from '../lib/broker.ts'
import type { HookResponse } from '../lib/hook.ts'
import { readStream } from '../lib/read-stream.ts'
import { DemoCoinFlip } from './coinflip.ts'
import { headings, note, showColumns, showMessage, showStatus } from './print.ts'

/** Runs the life of a CoinFlip, with Metacontroller played by this process; returns the object. */
export async function runScenario(
  hooks: string,
  broker: Broker,
  stream: string,
): Promise<DemoCoinFlip> {
  const coin = new DemoCoinFlip('lucky', hooks)
  const heading = headings()
  let shown = 0

  /** Shows a response, and the messages in the stream that it is the first to count. */
  async function show(response: HookResponse): Promise<HookResponse> {
    showStatus(coin.letters, response)
    if (response.status.notifications > shown) {
      const stored = await readStream(broker.url, stream)
      for (const message of stored.slice(shown)) showMessage(message)
      shown = stored.length
    }
    return response
  }
  async function flip(letter: string): Promise<void> {
    coin.append(letter)
    await show(await coin.response())
  }

  heading('A coin is flipped. Each flip changes the object, each change is a call of the operator.')
  showColumns()
  coin.startMetacontroller()
  await show(await coin.response())
  for (const letter of 'HTT') await flip(letter)

  heading('The third tail in a row: a message.')
  await flip('T')

  heading('A fourth tail belongs to the same run: no second message.')
  await flip('T')

  heading('A head ends the run. Three more tails are the next one.')
  for (const letter of 'HTTT') await flip(letter)

  heading('nats-server is killed (SIGKILL), and another run is completed without it.')
  await broker.kill()
  for (const letter of 'HTTT') await flip(letter)

  heading('nats-server comes back with what it has on disk, and the operator is called again.')
  await broker.restart()
  await show(await coin.response(({ resyncAfterSeconds }) => resyncAfterSeconds === undefined))

  heading('20 calls at once that all carry an old status, as if nothing had been published yet.')
  const repeats = Array.from({ length: 20 }, () => coin.callWithoutStatus())
  const [repeat] = await Promise.all(repeats)
  if (repeat) await show(repeat)
  note('The operator published all of it again; the stream refused what it holds already.')

  heading('One more run, and the object is deleted before the operator has heard of it.')
  coin.killMetacontroller()
  for (const letter of 'HTTT') coin.append(letter)
  coin.delete()
  coin.startMetacontroller()
  await show(await coin.response())
  note('The deletion waited for the message: only `finalized: true` lets the object go.')
  coin.killMetacontroller()
  return coin
}
