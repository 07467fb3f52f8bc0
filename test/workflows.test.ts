import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { root } from '../hack/lib/root.ts'

interface Step {
  uses?: string
  run?: string
  with?: Record<string, unknown>
  env?: Record<string, string>
}
interface Job {
  env?: Record<string, string>
  strategy?: { matrix: { steps: string[] } }
  'timeout-minutes'?: number
  permissions?: Record<string, string>
  needs?: string | string[]
  steps: Step[]
}
interface Workflow {
  env?: Record<string, string>
  permissions?: Record<string, string>
  jobs: Record<string, Job>
}

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const { scripts } = JSON.parse(read('package.json'))
const targets = [...read('Makefile').matchAll(/^([a-z0-9-]+(?: [a-z0-9-]+)*):/gm)].flatMap(
  ([, names = '']) => names.split(' '),
)

/** What a command asks of make: `make --silent deploy IMG=x` asks for deploy. */
function targetsIn(command: string): string[] {
  return [...command.matchAll(/\bmake ([^|>&;\n]*)/g)].flatMap(([, words = '']) =>
    words.split(/\s+/).filter((word) => /^[a-z]/.test(word)),
  )
}

const folder = '.github/workflows'
const workflows = readdirSync(join(root, folder)).map((name) => {
  const text = read(`${folder}/${name}`)
  const workflow: Workflow = parse(text)
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps)
  return { name, text, workflow, steps }
})

t.same(
  workflows.map(({ name }) => name),
  ['ci.yml', 'release.yml'],
)

const [, list = ''] = /^steps=\((.*)\)$/m.exec(read('.ci/run')) ?? []
const checks = list.split(' ')

/** The steps of .ci/run that a workflow runs, by name or by a matrix. */
function checksIn({ jobs }: Workflow): string[] {
  return Object.values(jobs).flatMap(({ strategy, steps }) => {
    const commands = steps.map(({ run = '' }) => run).join('\n')
    const named = [...commands.matchAll(/^\.ci\/run ([a-z0-9 -]+)$/gm)].map(
      ([, words = '']) => words,
    )
    const listed = commands.includes('.ci/run $STEPS') ? (strategy?.matrix.steps ?? []) : []
    return [...named, ...listed].flatMap((words) => words.split(' '))
  })
}

for (const { name, text, workflow, steps } of workflows) {
  t.test(`${name} runs commands that exist`, async (t) => {
    const commands = steps.flatMap(({ run }) => run ?? [])
    for (const target of commands.flatMap(targetsIn))
      t.ok(targets.includes(target), `make ${target}`)
    for (const [, script = ''] of commands.join('\n').matchAll(/npm run ([a-z-]+)/g))
      t.ok(script in scripts, `npm run ${script}`)
    for (const check of checksIn(workflow)) t.ok(checks.includes(check), `.ci/run ${check}`)
    t.notMatch(commands.join('\n'), '${{', 'values reach a command as variables only')
  })

  t.test(`${name} runs actions of one known state`, async (t) => {
    const used = steps.flatMap(({ uses }) => uses ?? [])
    t.ok(used.length)
    for (const action of used) {
      t.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)
      const [, version] = new RegExp(`${action} # (v\\d+\\.\\d+\\.\\d+)$`, 'm').exec(text) ?? []
      t.ok(version, `${action} names its version`)
    }
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    for (const { with: options } of checkouts)
      t.equal(options?.['persist-credentials'], false, 'later steps find no credentials')
  })

  t.test(`${name} has few rights and ends in time`, async (t) => {
    const { permissions, jobs } = workflow
    t.same(permissions, name === 'ci.yml' ? { contents: 'read' } : {})
    for (const [job, { 'timeout-minutes': minutes = 360, permissions }] of Object.entries(jobs)) {
      t.ok(minutes <= 40, `${job} has a time limit`)
      t.ok(name === 'release.yml' || !permissions, `${job} asks for no more`)
    }
  })
}

t.test('a job of the release that may write runs no code of ours or of a dependency', async (t) => {
  const { jobs } = workflows.find(({ name }) => name === 'release.yml')?.workflow ?? { jobs: {} }
  const before = (name: string): string[] => {
    const needs = [jobs[name]?.needs ?? []].flat()
    return [...needs, ...needs.flatMap(before)]
  }
  const writers = Object.entries(jobs).filter(([, { permissions = {} }]) =>
    Object.values(permissions).includes('write'),
  )
  t.same(
    writers.map(([name]) => name),
    ['image', 'chart', 'release'],
  )
  for (const [name, { steps }] of writers) {
    t.ok(before(name).includes('test'), `${name} runs after the tests`)
    const commands = steps.map(({ run }) => run ?? '').join('\n')
    t.notMatch(commands, /\b(make|npm|npx|node|zx)\b|\.\//, `commands of ${name}`)
    t.notOk(
      steps.some(({ uses }) => uses?.startsWith('actions/setup-node@')),
      `${name} installs no packages`,
    )
    t.equal(
      steps.some(({ uses }) => uses?.startsWith('actions/checkout@')),
      name === 'image',
      `${name} has files of ours only to build them in a container`,
    )
  }
})

t.test('a workflow builds the version of a program that the tests build', async (t) => {
  const code = globSync('test/**/*.ts', { cwd: root }).map(read).join('\n')
  const built = workflows.flatMap(({ text }) => [...text.matchAll(/go install (\S+)/g)])
  t.ok(built.length)
  for (const [command, module] of built) t.ok(code.includes(`'${module}'`), command)
})

t.test('an action has one version in all of them', async (t) => {
  const used = new Set(workflows.flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? [])))
  const names = [...used].map((action) => action.split('@')[0])
  t.same(names, [...new Set(names)])
})

t.test('the workflows run every step of .ci/run', async (t) => {
  const [ci, release] = workflows.map(({ workflow }) => checksIn(workflow))
  t.same(ci?.sort(), [...checks].sort(), 'each once in ci.yml')
  t.same(release, ['lint', 'types', 'tests', 'image', 'chart', 'release'])
})

/** Variables that CONTRIBUTING.md documents for .ci/run and the tests. */
const documented = [...read('CONTRIBUTING.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
  ([, name = '']) => name,
)

t.test('every variable that a workflow sets is read', async (t) => {
  for (const { name, text, workflow } of workflows) {
    for (const variable of Object.keys(workflow.env ?? {}))
      t.match(text, `$${variable}`, `${name}: ${variable}`)
    for (const job of Object.values(workflow.jobs))
      for (const step of job.steps) {
        const { run = '' } = step
        const written = [...run.matchAll(/echo "(\w+)=.*GITHUB_ENV/g)].map(([, key = '']) => key)
        const set = Object.keys({ ...job.env, ...step.env })
        for (const variable of [...written, ...set]) {
          const isUsed = new RegExp(`\\$\\{?${variable}\\b`).test(run)
          const isOfGh = variable.startsWith('GH_') && /^gh /m.test(run)
          t.ok(isUsed || isOfGh || documented.includes(variable), `${name}: ${variable}`)
        }
      }
  }
})

t.test('every variable in CONTRIBUTING.md is read by a script or a test', async (t) => {
  t.ok(documented.includes('METACONTROLLER_BIN'))
  const files = globSync('{.ci/run,Makefile,{hack,test,bench,server}/**/*.ts}', { cwd: root })
  const code = files
    .filter((file) => file !== 'test/workflows.test.ts')
    .map(read)
    .join('\n')
  for (const name of documented) {
    const uses = [`env\\.${name}\\b`, `\\$\\{?${name}\\b`, `'${name}'`]
    const destructured = `\\b${name}\\b[^;=]*\\} = process\\.env`
    t.match(code, new RegExp([...uses, destructured].join('|')), name)
  }
})
