import { setTimeout as delay } from 'node:timers/promises'
import type { Broker } from '../lib/broker.ts'
import type { Answer } from '../lib/hook.ts'
import { CoinFlipObject } from './coinflip.ts'
import type { Listener } from './listener.ts'
import { headings, note, showColumns, showMessage, showStatus } from './print.ts'

const hearLimitMs = 3_000
const settleLimitMs = 15_000

/** Plays the life of a CoinFlip as Metacontroller sees it, and answers what became of it. */
export async function tell(
  hooks: string,
  broker: Broker,
  listener: Listener,
): Promise<CoinFlipObject> {
  const coin = new CoinFlipObject('lucky', hooks)
  const heading = headings()

  /** Shows an answer, and the messages that it says are stored, as the listener gets them. */
  async function show(answer: Answer): Promise<Answer> {
    showStatus(coin.letters, answer)
    const messages = await listener.heard(answer.status.notifications, hearLimitMs)
    for (const message of messages) showMessage(message)
    return answer
  }
  async function flip(letter: string): Promise<Answer> {
    coin.append(letter)
    return show(await coin.sync())
  }
  /** Calls again for as long as the answer asks for it, after the time that it asks for. */
  async function settle(first: Answer): Promise<void> {
    const deadline = performance.now() + settleLimitMs
    let answer = first
    while (answer.resyncAfterSeconds !== undefined && performance.now() < deadline) {
      await delay(answer.resyncAfterSeconds * 1000)
      answer = await coin.sync()
    }
    await show(answer)
  }

  heading('A coin is flipped. Each flip changes the object, each change is a call of the operator.')
  showColumns()
  await show(await coin.sync())
  for (const letter of 'HTT') await flip(letter)

  heading('The third tail in a row: a message.')
  await flip('T')

  heading('A fourth tail belongs to the same run: no second message.')
  await flip('T')

  heading('A head ends the run. Three more tails are the next one.')
  for (const letter of 'HTTT') await flip(letter)

  heading('nats-server is killed (SIGKILL), and another run is completed without it.')
  await broker.kill()
  for (const letter of 'HTT') await flip(letter)
  const stuck = await flip('T')

  heading('nats-server comes back with what it has on disk, and the operator is called again.')
  await broker.restart()
  await settle(stuck)

  heading('20 calls at once that all carry an old status, as if nothing had been published yet.')
  const repeats = Array.from({ length: 20 }, () => coin.syncWithStatus(undefined))
  const [repeat] = await Promise.all(repeats)
  if (repeat) await show(repeat)
  note('The operator published all of it again; the stream refused what it holds already.')

  heading('One more run, and the object is deleted before the operator has heard of it.')
  for (const letter of 'HTTT') coin.append(letter)
  coin.markDeleted()
  await show(await coin.finalize())
  note('The deletion waited for the message: only `finalized: true` lets the object go.')
  return coin
}
