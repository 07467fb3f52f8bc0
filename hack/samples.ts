import { requireCrd } from './coinflips/crd.ts'
import { createSamples } from './coinflips/samples.ts'
import { connect } from './kube/context.ts'
import { script } from './lib/script.ts'
import { say } from './lib/step.ts'

await script(async () => {
  const { kubectl, namespace } = await connect()
  await requireCrd(kubectl)
  const samples = await createSamples(kubectl, process.env.NAMESPACE || namespace)
  for (const { line } of samples) say(line)
  return 0
})
