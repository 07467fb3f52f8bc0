import { connectToCoinFlips } from './coinflips/crd.ts'
import { createSamples } from './coinflips/samples.ts'
import { say, script } from './lib/script.ts'

await script(async () => {
  const { kubectl, namespace } = await connectToCoinFlips()
  for (const { line } of await createSamples(kubectl, namespace)) say(line)
})
