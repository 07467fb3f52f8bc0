import { randomInt } from 'node:crypto'
import { Face } from '../server/domain/coinflip.ts'
import { connectToCoinFlips } from './coinflips/crd.ts'
import { flip } from './coinflips/flip.ts'
import { showStatus } from './coinflips/status.ts'
import { requireVariable } from './lib/input.ts'
import { say, script } from './lib/script.ts'
import { UserError } from './lib/user-error.ts'

const faces = Face.enum
const usage = `make flip NAME=name [FACE=${faces.join('|')}] [NAMESPACE=namespace]`

function chooseFace(asked: string | undefined): Face {
  const face = asked || faces[randomInt(faces.length)]
  const known = faces.find((each) => each === face)
  if (!known) throw new UserError(`FACE=${asked} is neither ${faces.join(' nor ')}: ${usage}`)
  return known
}

await script(async () => {
  const name = requireVariable('NAME', usage)
  const face = chooseFace(process.env.FACE)
  const { kubectl, namespace } = await connectToCoinFlips()
  const created = await flip(kubectl, { namespace, name }, face)
  say(`${namespace}/${name}  ${face}${created ? ', the first flip' : ''}`)
  // The flip is stored either way: a failure would only make people flip again.
  await showStatus(kubectl, { namespace, name })
})
