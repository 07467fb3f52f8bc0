import t from 'tap'
import { waitFor } from '../../hack/lib/wait-for.ts'
import type { Environment } from '../lib/cluster/environment.ts'
import { readRecorded, record } from '../lib/cluster/fixtures.ts'
import { fileOf } from '../lib/cluster/kubectl.ts'
import { type Call, startRecorder } from '../lib/cluster/recorder.ts'
import { shapeOf } from '../lib/cluster/shape.ts'
import { faces } from '../lib/coinflip.ts'
import { env } from './environment.ts'

const near = await env.coinflips('e2e-recording')
const far = await env.coinflips('e2e-recording-elsewhere')
const lucky = ['-n', near.namespace, 'coinflip/lucky']

function manifest(name: string, namespace: string, letters: string, annotations = {}): string {
  const metadata = { name, namespace, annotations }
  const spec = { flips: faces(letters) }
  return fileOf(env.dir, [
    { apiVersion: 'games.example.com/v1alpha1', kind: 'CoinFlip', metadata, spec },
  ])
}

const append = ['--type=json', '--patch=[{"op":"add","path":"/spec/flips/-","value":"Tails"}]']
const dotted = manifest('a.dotted.name', far.namespace, 'TTTHTTTTTT', { note: 'Münze ½ ☂' })

/** The command of each recording, and how to recognize the call that follows. */
const steps: Record<string, [string[], (call: Call['body'], path: string) => boolean]> = {
  'sync-no-flips': [
    ['create', '-f', manifest('untouched', near.namespace, '')],
    ({ parent }) => parent.metadata.name === 'untouched',
  ],
  'sync-two-tails': [
    ['create', '-f', manifest('lucky', near.namespace, 'HTT')],
    ({ parent }) => parent.metadata.name === 'lucky',
  ],
  'sync-third-tail': [
    ['patch', ...lucky, ...append],
    ({ parent }) => parent.metadata.name === 'lucky' && parent.spec.flips.length === 4,
  ],
  'sync-fourth-tail': [
    ['patch', ...lucky, ...append],
    ({ parent }) => parent.metadata.name === 'lucky' && parent.spec.flips.length === 5,
  ],
  'sync-several-runs-dotted-name': [
    ['apply', '--server-side', '-f', dotted],
    ({ parent }) => parent.metadata.name === 'a.dotted.name',
  ],
  'sync-9998-flips': [
    ['create', '-f', manifest('long', near.namespace, `${'TTTH'.repeat(2499)}TT`)],
    ({ parent }) => parent.metadata.name === 'long',
  ],
  finalize: [['delete', ...lucky], (_, path) => path === '/finalize'],
}

t.test(
  'Metacontroller calls the service as recorded',
  env.needs('metacontroller', 'host'),
  async (t) => {
    const { url, redirect, metacontrollerVersion } = env.hooks as NonNullable<Environment['hooks']>
    const recorder = await startRecorder(url)
    t.teardown(recorder.close)
    t.teardown(() => redirect())
    // A changed URL restarts the controller, which syncs all objects again.
    await near.create('here-before', '')
    await redirect({ url: recorder.url })
    await waitFor(async () => recorder.calls.length, Boolean, {
      what: 'Metacontroller calls the recorder',
    })

    const version = metacontrollerVersion()
    for (const [name, [command, isIt]] of Object.entries(steps)) {
      await env.kubectl(...command)
      const look = async () => recorder.calls.find(({ body, path }) => isIt(body, path))
      const call = (await waitFor(look, Boolean, { what: `the call ${name}` })) as Call
      if (process.env.RECORD) {
        t.comment(`recorded ${record(version, name, call)}`)
        continue
      }
      const before = readRecorded(version, name)
      t.same(
        shapeOf(call),
        shapeOf(before.call),
        `${name} has the shape of ${before.file}; if not, look at the difference, then RECORD=1 make e2e`,
      )
    }
  },
)
