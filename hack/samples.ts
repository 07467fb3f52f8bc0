import { connectToCoinFlips } from './coinflips/crd.ts'
import { createSamples } from './coinflips/samples.ts'
import { script } from './lib/script.ts'

await script(async () => {
  const { kubectl, namespace } = await connectToCoinFlips()
  await createSamples(kubectl, namespace)
})
