import t from 'tap'
import { Value } from 'typebox/value'
import {
  type Manifest,
  manifestFiles,
  readDocuments,
  readManifests,
} from '../../hack/lib/manifests.ts'
import { apiVersion, type CoinFlip, CoinFlipSpec, kind } from '../../server/domain/coinflip.ts'

type Spec = CoinFlip['spec']
type Sample = Manifest<Spec>
const refused = 'samples/refused/'
const updates = `${refused}updates/`

const all = readManifests<Spec>(kind, 'samples/')
const samples = all.filter(({ file }) => !file.startsWith(refused))
const malformed = all.filter(({ file }) => file.startsWith(refused) && !file.startsWith(updates))
const rewritten = all.filter(({ file }) => file.startsWith(updates))
const isValid = (sample: Sample) => Value.Check(CoinFlipSpec, sample.spec)
const fileName = (sample: Sample) => sample.file.split('/').at(-1)?.replace('.yaml', '')

t.ok(samples.length && malformed.length && rewritten.length, 'there are samples of each kind')
t.ok(
  all.every((sample) => sample.apiVersion === apiVersion),
  'every one is of the served version',
)

for (const sample of samples) t.ok(isValid(sample), `${sample.file} is accepted`)

for (const sample of malformed) {
  t.notOk(isValid(sample), `${sample.file} is refused by the schema`)
  t.equal(sample.metadata.name, fileName(sample), `${sample.file} is named after its fault`)
}

for (const sample of rewritten) {
  const stored = samples.find(({ metadata }) => metadata.name === sample.metadata.name)
  const begins = stored?.spec.flips.every((face, i) => sample.spec.flips[i] === face)
  t.ok(isValid(sample), `${sample.file} is accepted by the schema`)
  t.equal(begins, false, `${sample.file} is refused since its sample stands`)
}

t.test('the kustomization has the valid samples only', async (t) => {
  const [kustomization] = readDocuments('samples/kustomization.yaml') as [{ resources: string[] }]
  const files = manifestFiles().filter((file) => /^samples\/[^/]*$/.test(file))
  t.same(
    kustomization.resources.map((name) => `samples/${name}`).sort(),
    files.filter((file) => !file.endsWith('/kustomization.yaml')),
  )
})
