import { setTimeout as delay } from 'node:timers/promises'
import { type BrokerAccess, brokerFinder, streamSettings } from './coinflips/broker-access.ts'
import { isStreamMissing, printNotifications } from './coinflips/notifications.ts'
import { nextSignal } from './lib/exit.ts'
import { say, script, warn } from './lib/script.ts'
import { UserError } from './lib/user-error.ts'

const retryMs = 500

await script(async () => {
  const stream = streamSettings(process.env)
  const find = brokerFinder()
  let access: BrokerAccess | undefined = await find().catch((error) => {
    throw error instanceof UserError ? error : new UserError(`listen: no broker (${error.message})`)
  })
  let reported = ''
  const report = (line: string) => {
    if (line !== reported) warn(line)
    reported = line
  }
  let stopped = false
  const stop = async () => {
    await nextSignal()
    stopped = true
    // Acknowledges every printed message.
    await access?.connection.drain()
  }
  const following = async () => {
    while (!stopped) {
      try {
        access ??= await find()
        const { connection, place } = access
        const found = () => report(`listening on ${place}, stream ${stream.stream}; Ctrl-C ends it`)
        await printNotifications(connection, stream, { found, print: say })
        if (!stopped) report('the broker is unreachable: waiting for it')
      } catch (error) {
        if (isStreamMissing(error))
          report(`there is no stream ${stream.stream} yet: waiting for it`)
        else report(`waiting for the broker (${(error as Error).message})`)
      }
      await access?.close()
      access = undefined
      if (!stopped) await delay(retryMs)
    }
  }
  await Promise.race([stop(), following()])
  await access?.close()
})
