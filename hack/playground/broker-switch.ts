import type { Broker } from '../lib/broker.ts'
import type { BrokerState } from './feed.ts'

/** Stops and starts the broker, one command at a time. */
export interface BrokerSwitch {
  stop(): Promise<void>
  start(): Promise<void>
  /** From whoever tries to reach it. */
  reachable(is: boolean): void
}

/** A switch that tells the state of the broker at each change. */
export function createSwitch(
  broker: Pick<Broker, 'kill' | 'restart'>,
  tell: (state: BrokerState) => void,
): BrokerSwitch {
  let reached = false
  let last: Promise<void> = Promise.resolve()

  function command(state: BrokerState, work: () => Promise<void>): Promise<void> {
    const done = last.then(async () => {
      tell(state)
      await work()
    })
    // A failed command is its caller's to hear of, and no obstacle to the next one.
    last = done.catch(() => tell(reached ? 'running' : 'away'))
    return done
  }

  return {
    stop: () =>
      command('stopping', async () => {
        // As in a crash, without a farewell to its clients.
        await broker.kill()
        // Its clients may take a moment to notice.
        reached = false
        tell('away')
      }),
    start: () =>
      command('starting', async () => {
        if (!reached) await broker.restart()
        else tell('running')
      }),
    reachable(is) {
      reached = is
      tell(is ? 'running' : 'away')
    },
  }
}
