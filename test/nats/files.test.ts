import t from 'tap'
import { makeCertificates } from '../../server/cluster/certificates.ts'
import { FileError, parseLogin, readCa, readKeyPair, readText } from '../../server/nats/files.ts'
import { file } from '../lib/file.ts'
import { makeOperator } from './operator.ts'

const { creds, seed, key } = makeOperator().user()
const [, jwt = ''] = creds.split('\n')
const both = { seed, jwt }
const nkey = { seed, jwt: undefined }

for (const [name, text, expected] of [
  ['as nsc writes it', creds, both],
  ['with Windows line endings', creds.replaceAll('\n', '\r\n'), both],
  ['with blanks after the dashes', creds.replaceAll('---\n', '--- \t\n'), both],
  ['with blanks before each line', creds.replaceAll(/^/gm, '  '), both],
  ['without the last line ending', creds.trimEnd(), both],
  ['without its dashes', `${jwt}\n${seed}`, both],
  ['with a byte order mark', `\ufeff${creds}`, both],
  ['with words of its own', `# mine\n${creds}\n# Seed of S. Upton\n`, both],
  ['a seed alone', seed, nkey],
  ['a seed with an end of line', `${seed}\r\n`, nkey],
  ['a seed before its public key', `${seed}\n${key}\n`, nkey],
  ['a seed after its public key', `${key}\n${seed}\n`, nkey],
  ['a seed between dashes', `-----BEGIN USER NKEY SEED-----\n${seed}\n------END------`, nkey],
  ['a public key alone', key, { seed: undefined, jwt: undefined }],
  ['words', 'hello\n', { seed: undefined, jwt: undefined }],
] as const)
  t.same(parseLogin(text), expected, `a login is found in a file ${name}`)

t.test(
  'throws an error with the setting, and no content, for a file that cannot be used',
  async (t) => {
    const place = await makeCertificates(['localhost'], [], 1)
    const other = await makeCertificates(['localhost'], [], 1)
    const at = async (content: string) => (await file(t, content)).path
    for (const [name, read, message] of [
      [
        'missing',
        () => readText('NATS_CREDS', '/hunter2'),
        /^NATS_CREDS .*cannot be read \(ENOENT\)$/,
      ],
      ['a folder', () => readText('NATS_NKEY', '/'), /^NATS_NKEY .*cannot be read \(EISDIR\)$/],
      [
        'empty',
        async () => readText('NATS_CREDS', await at('')),
        /^NATS_CREDS names an empty file$/,
      ],
      ['blank', async () => readCa(await at(' \r\n')), /^NATS_CA names an empty file$/],
      ['no certificate', async () => readCa(await at('hunter2')), /^NATS_CA .*NO_CERTIFICATE/],
      ['half', async () => readCa(await at(place.ca.slice(0, 300))), /^NATS_CA .*certificates/],
      [
        'a key of another certificate',
        async () => readKeyPair(await at(place.cert), await at(other.key)),
        /^NATS_CERT and NATS_KEY .*KEY_VALUES_MISMATCH/,
      ],
      [
        'an empty key',
        async () => readKeyPair(await at(place.cert), await at('')),
        /^NATS_KEY names an empty file$/,
      ],
    ] as const) {
      const error = await Promise.resolve()
        .then((): unknown => read())
        .catch((error) => error)
      if (!(error instanceof FileError)) t.fail(`${name} is an error`)
      else t.match(error.message, message, name)
      t.notMatch(String(error), /hunter2/)
    }
    t.match(readCa(await at(`# mine\n${place.ca}\n${other.ca}`)), { length: 2 })
  },
)
