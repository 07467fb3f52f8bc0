import { connectToCoinFlips } from './coinflips/crd.ts'
import { resync } from './coinflips/resync.ts'
import { showStatus } from './coinflips/status.ts'
import { counted, say, script } from './lib/script.ts'

await script(async () => {
  const { NAME: name, NAMESPACE: only } = process.env
  const { kubectl, namespace } = await connectToCoinFlips()
  if (name) {
    await resync(kubectl, name, '--namespace', namespace)
    await showStatus(kubectl, { namespace, name })
  } else {
    const scope = only ? ['--namespace', only] : ['--all-namespaces']
    const count = await resync(kubectl, '--all', ...scope)
    say(`${counted(count, 'CoinFlip')} touched${only ? ` in ${only}` : ''}`)
  }
})
