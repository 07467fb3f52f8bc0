import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { run } from '../../hack/lib/process.ts'
import { root } from '../../hack/lib/root.ts'
import { borrow, program, scratch } from '../lib/scratch.ts'

const scripts = {
  'docker-build': 'hack/docker-build.ts',
  'docker-push': 'hack/docker-push.ts',
  'test-image': 'test/image/test-image.ts',
}

/** Runs a script with a fake docker, or without docker. */
async function withDocker(t: Test, docker?: string) {
  const dir = await scratch(t)
  const bin = join(dir, 'bin')
  const asked = join(dir, 'asked')
  await mkdir(bin)
  await writeFile(asked, '')
  await borrow(bin, 'sh', 'git')
  if (docker) await program(bin, 'docker', `echo "$*" >> '${asked}'\n${docker}`)
  return async (script: keyof typeof scripts, env: Record<string, string> = {}) => {
    const { failure, stdout, stderr } = await run(
      process.execPath,
      [join(root, 'node_modules/.bin/zx'), scripts[script]],
      { env: { PATH: bin, HOME: dir, ...env } },
    )
    const calls = (await readFile(asked, 'utf8')).trimEnd().split('\n')
    return { failed: failure !== undefined, stdout, stderr, calls }
  }
}

const IMG = 'registry.example.com/coinflip-operator:0.1.0'
const bridged = 'case $1 in network) echo bridge; echo host;; esac'

t.test('prints one line for what is missing', async (t) => {
  const mute = 'echo "Cannot connect to the Docker daemon at /x.sock." >&2; exit 1'
  for (const [name, script, docker, env, line] of [
    [
      'no name to build',
      'docker-build',
      bridged,
      {},
      'IMG is not set: make docker-build IMG=registry.example.com/coinflip-operator:0.1.0',
    ],
    [
      'no name to push',
      'docker-push',
      bridged,
      { IMG: '' },
      'IMG is not set: make docker-push IMG=registry.example.com/coinflip-operator:0.1.0',
    ],
    [
      'no docker',
      'docker-build',
      undefined,
      { IMG },
      'docker is not on the PATH: install Docker (https://docs.docker.com/get-docker)',
    ],
    ...(['docker-build', 'docker-push', 'test-image'] as const).map(
      (script) =>
        [
          'no engine',
          script,
          mute,
          { IMG },
          'no Docker engine answers (Cannot connect to the Docker daemon at /x.sock.): ' +
            'start it, or set DOCKER_HOST to one',
        ] as const,
    ),
  ] as const) {
    const { failed, stdout, stderr } = await (await withDocker(t, docker))(script, env)
    t.ok(failed, `${script}, ${name}: the exit code`)
    t.equal(stdout + stderr, `${line}\n`, `${script}, ${name}`)
  }
})

t.test('docker-build passes labels and options to docker', async (t) => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const env = {
    IMG,
    SOURCE: 'https://example.org/fork',
    DOCKER_BUILD_ARGS: ' --pull  --platform=linux/arm64 ',
  }
  const { failed, calls } = await (await withDocker(t, bridged))('docker-build', env)
  t.notOk(failed)
  const build = calls.at(-1) ?? ''
  t.ok(build.startsWith(`build --tag ${IMG} --build-arg VERSION=${version} `), 'name and version')
  t.match(build, '--build-arg SOURCE=https://example.org/fork ', 'the source')
  t.ok(build.endsWith(' --pull --platform=linux/arm64 .'), 'the options of a person come last')
  t.notMatch(build, '--network', 'no network option')
})

t.test('builds with the host network on an engine without a bridge', async (t) => {
  const docker = await withDocker(t, 'case $1 in network) echo host; echo none;; esac')
  const { calls } = await docker('docker-build', { IMG })
  t.match(calls.at(-1), / --network host \.$/)
})

t.test('docker-push pushes and exits with the code of docker', async (t) => {
  t.match(await (await withDocker(t, bridged))('docker-push', { IMG }), {
    failed: false,
    calls: [/^version/, `push ${IMG}`],
  })
  const docker = await withDocker(t, 'case $1 in push) exit 3;; esac')
  t.match(await docker('docker-push', { IMG }), { failed: true })
})
