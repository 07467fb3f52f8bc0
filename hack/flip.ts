import { randomInt } from 'node:crypto'
import { Face } from '../server/domain/coinflip.ts'
import { connect } from './cluster/context.ts'
import { needCrd } from './cluster/crd.ts'
import { flip } from './cluster/flip.ts'
import { needed } from './cluster/input.ts'
import { settle, unseen } from './cluster/status.ts'
import { say } from './cluster/step.ts'
import { script, warn } from './lib/script.ts'
import { Stop } from './lib/stop.ts'

const faces = Face.enum
const usage = `make flip NAME=name [FACE=${faces.join('|')}] [NAMESPACE=namespace]`

function chooseFace(asked: string | undefined): Face {
  const face = asked || faces[randomInt(faces.length)]
  const known = faces.find((each) => each === face)
  if (!known) throw new Stop(`FACE=${asked} is neither ${faces.join(' nor ')}: ${usage}`)
  return known
}

await script(async () => {
  const name = needed('NAME', usage)
  const face = chooseFace(process.env.FACE)
  const { kubectl, namespace: usual } = await connect()
  await needCrd(kubectl)
  const target = { namespace: process.env.NAMESPACE || usual, name }
  const created = await flip(kubectl, target, face)
  say(`${target.namespace}/${name}  ${face}${created ? ', the first flip' : ''}`)
  // The flip is stored either way: a failure would only make people flip again.
  if (!(await settle(kubectl, target, say))) warn(unseen)
  return 0
})
