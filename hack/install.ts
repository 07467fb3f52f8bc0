import { connect, needRecent } from './cluster/context.ts'
import { applyCrd, coinflips } from './cluster/crd.ts'
import { say, step } from './cluster/step.ts'
import { script } from './lib/script.ts'

await script(async () => {
  const cluster = await connect()
  needRecent(cluster)
  await step(`applying the CRD ${coinflips}`, () => applyCrd(cluster.kubectl))
  say(
    'CoinFlips are known: `make run` or `make deploy IMG=` serves them, `make samples` makes some',
  )
  return 0
})
