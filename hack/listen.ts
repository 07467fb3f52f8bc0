import { setTimeout as delay } from 'node:timers/promises'
import { pickStreamSettings } from '../server/settings.ts'
import { type BrokerAccess, brokerFinder, parseSettings } from './coinflips/broker-access.ts'
import { isStreamMissing, printNotifications } from './coinflips/notifications.ts'
import { nextSignal } from './lib/exit.ts'
import { say, script, warn } from './lib/script.ts'

const retryMs = 500

await script(async () => {
  const stream = pickStreamSettings(parseSettings(process.env))
  const find = brokerFinder()
  let access: BrokerAccess | undefined = await find()
  let reported = ''
  // Draining ends the messages, too. To close meanwhile would leave it without an end.
  let isEnding = false
  const report = (line: string) => {
    if (line !== reported && !isEnding) warn(line)
    reported = line
  }
  const follow = async () => {
    for (;;) {
      try {
        access ??= await find()
        const { connection, place } = access
        const found = () => report(`listening on ${place}, stream ${stream.name}; Ctrl-C ends it`)
        await printNotifications(connection, stream, { found, print: say })
        report('the broker is unreachable: waiting for it')
      } catch (error) {
        if (isStreamMissing(error)) report(`there is no stream ${stream.name} yet: waiting for it`)
        else report(`waiting for the broker (${(error as Error).message})`)
      }
      if (isEnding) return
      await access?.close()
      access = undefined
      await delay(retryMs)
    }
  }
  const signal = nextSignal()
  void follow()
  await signal
  isEnding = true
  // Acknowledges every printed message.
  await access?.connection.drain()
  await access?.close()
})
