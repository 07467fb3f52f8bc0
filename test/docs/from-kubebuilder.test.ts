import { readFileSync } from 'node:fs'
import t from 'tap'

const page = readFileSync(new URL('../../docs/from-kubebuilder.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell)

/** Those that kubebuilder 4 writes into a new project, but for the tools that it installs. */
const targets =
  'help manifests generate fmt vet setup-envtest test test-e2e lint lint-fix build run ' +
  'docker-build docker-push docker-buildx build-installer install uninstall deploy undeploy'

for (const target of targets.split(' '))
  t.ok(
    rows.some((cell) => new RegExp(`\`${target}( IMG=)?\``).test(cell)),
    `${target} has a row`,
  )
