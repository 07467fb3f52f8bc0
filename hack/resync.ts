import { connectToCoinFlips } from './coinflips/crd.ts'
import { resync, resyncAll } from './coinflips/resync.ts'
import { showStatus } from './coinflips/status.ts'
import { counted, say, script } from './lib/script.ts'

await script(async () => {
  const { NAME: name, NAMESPACE: only } = process.env
  const { kubectl, namespace } = await connectToCoinFlips()
  if (name) {
    await resync(kubectl, { namespace, name })
    await showStatus(kubectl, { namespace, name })
  } else {
    const count = await resyncAll(kubectl, only)
    say(`${counted(count, 'CoinFlip')} touched${only ? ` in ${only}` : ''}`)
  }
})
