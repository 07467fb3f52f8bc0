import type { Test } from 'tap'
import { facesOf } from '../../lib/cluster/coinflips.ts'
import type { Environment } from '../../lib/cluster/environment.ts'
import { readRecorded, record } from '../../lib/cluster/fixtures.ts'
import { fileOf } from '../../lib/cluster/kubectl.ts'
import { type Call, startRecorder } from '../../lib/cluster/recorder.ts'
import { shapeOf } from '../../lib/cluster/shape.ts'
import { until } from '../../lib/cluster/until.ts'

export default async function cases(t: Test, env: Environment): Promise<void> {
  const near = await env.coinflips('e2e-recording')
  const far = await env.coinflips('e2e-recording-elsewhere')
  const lucky = ['-n', near.namespace, 'coinflip/lucky']

  function manifest(name: string, namespace: string, letters: string, annotations = {}): string {
    const metadata = { name, namespace, annotations }
    const spec = { flips: facesOf(letters) }
    return fileOf(env.dir, [
      { apiVersion: 'games.example.com/v1alpha1', kind: 'CoinFlip', metadata, spec },
    ])
  }

  const append = ['--type=json', '--patch=[{"op":"add","path":"/spec/flips/-","value":"Tails"}]']
  const dotted = manifest('a.dotted.name', far.namespace, 'TTTHTTTTTT', { note: 'Münze ½ ☂' })

  /** What is done, and how the call that follows is known. */
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
    'the service is called as it was recorded',
    env.needs('metacontroller', 'host'),
    async (t) => {
      const { url, lead, callerVersion } = env.hooks as NonNullable<Environment['hooks']>
      const recorder = await startRecorder(url)
      t.teardown(recorder.close)
      t.teardown(() => lead())
      // Led elsewhere, Metacontroller begins anew with all objects that there are.
      await near.create('here-before', '')
      await lead({ url: recorder.url })
      await until(async () => recorder.calls.length, Boolean, 'Metacontroller calls the recorder')

      const version = callerVersion()
      for (const [name, [command, isIt]] of Object.entries(steps)) {
        await env.kubectl(...command)
        const look = async () => recorder.calls.find(({ body, path }) => isIt(body, path))
        const call = (await until(look, Boolean, `the call ${name}`)) as Call
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
}
