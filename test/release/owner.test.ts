import t from 'tap'
import { fillOwner, isOwner } from '../../hack/release/owner.ts'

// In two parts, so that filling in the owner leaves this file as it is.
const placeholder = ['OW', 'NER'].join('')
const repository = `${placeholder}/coinflip-operator`

for (const [text, filled] of [
  [`https://github.com/${repository}`, 'https://github.com/Alice-1/coinflip-operator'],
  [
    `https://github.com/${repository}//manifests/base?ref=v0.1.0`,
    'https://github.com/Alice-1/coinflip-operator//manifests/base?ref=v0.1.0',
  ],
  [
    `https://raw.githubusercontent.com/${repository}/main/coin.svg`,
    'https://raw.githubusercontent.com/Alice-1/coinflip-operator/main/coin.svg',
  ],
  [
    `ghcr.io/${repository}, ghcr.io/${placeholder}`,
    'ghcr.io/alice-1/coinflip-operator, ghcr.io/alice-1',
  ],
  [
    `oci://ghcr.io/${placeholder}/charts/coinflip-operator`,
    'oci://ghcr.io/alice-1/charts/coinflip-operator',
  ],
  [`the ${placeholder} of a file`, `the ${placeholder} of a file`],
] as const)
  t.equal(fillOwner(text, 'Alice-1'), filled, `fills in ${text}`)

for (const [text, expected] of [
  ['alice', true],
  ['Alice-1', true],
  ['-alice', false],
  ['alice-', false],
  ['alice/coinflip-operator', false],
  ['', false],
] as const)
  t.equal(isOwner(text), expected, `"${text}" ${expected ? 'is' : 'is not'} an owner`)
