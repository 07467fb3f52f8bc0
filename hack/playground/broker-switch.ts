import type { Broker } from '../lib/broker.ts'
import type { BrokerState } from './feed.ts'

/** Stops and starts the broker, one command at a time. */
interface BrokerSwitch {
  stop(): Promise<void>
  start(): Promise<void>
  /** Reports whether the broker is reachable. */
  reachable(is: boolean): void
}

/** Creates a switch that reports each change of the state of the broker. */
export function createSwitch(
  broker: Pick<Broker, 'kill' | 'restart'>,
  report: (state: BrokerState) => void,
): BrokerSwitch {
  let isReachable = false
  let last: Promise<void> = Promise.resolve()

  function command(state: BrokerState, work: () => Promise<void>): Promise<void> {
    const done = last.then(async () => {
      report(state)
      await work()
    })
    // The caller gets the error; the next command runs all the same.
    last = done.catch(() => report(isReachable ? 'running' : 'away'))
    return done
  }

  return {
    stop: () =>
      command('stopping', async () => {
        // Killed as in a crash, without closing the connections of its clients.
        await broker.kill()
        // Clients may notice it later.
        isReachable = false
        report('away')
      }),
    start: () =>
      command('starting', async () => {
        if (!isReachable) await broker.restart()
        else report('running')
      }),
    reachable(is) {
      isReachable = is
      report(is ? 'running' : 'away')
    },
  }
}
