import { applyCrd, coinflips } from './coinflips/crd.ts'
import { connect, needRecent } from './kube/context.ts'
import { script } from './lib/script.ts'
import { say, step } from './lib/step.ts'

await script(async () => {
  const cluster = await connect()
  needRecent(cluster)
  await step(`applying the CRD ${coinflips}`, () => applyCrd(cluster.kubectl))
  say(
    'CoinFlips are known: `make run` or `make deploy IMG=` serves them, `make samples` makes some',
  )
  return 0
})
