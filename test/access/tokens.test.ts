import t from 'tap'
import { createAuthorize } from '../../server/access/tokens.ts'

const authorize = createAuthorize('  old-token\n\nnew-token\n')

for (const [name, header, expected] of [
  ['the first token', 'Bearer old-token', true],
  ['the second, during a rotation', 'Bearer new-token', true],
  ['the scheme in other letters', 'bearer new-token', true],
  ['another token', 'Bearer other', false],
  ['a part of a token', 'Bearer new-toke', false],
  ['both tokens', 'Bearer old-token new-token', false],
  ['no token', 'Bearer ', false],
  ['an empty line of the file', 'Bearer', false],
  ['another scheme', 'Basic new-token', false],
  ['nothing', undefined, false],
] as const)
  t.equal(authorize(header), expected, `${name} is ${expected ? 'admitted' : 'refused'}`)

for (const text of ['', '\n', ' \n\t'])
  t.throws(() => createAuthorize(text), /no token/, 'a file without a token is refused')
