import { type Env, run } from './process.ts'

/**
 * Installs the packages of a requirements file, each checked against its hash, into `dir`; throws
 * an error that says why it cannot.
 */
export async function pipInstall(
  requirements: string,
  dir: string,
  { env, retries, limitMs }: { env: Env; retries: number; limitMs: number },
): Promise<void> {
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', `--retries=${retries}`]
  const exact = ['--no-deps', '--require-hashes', '--only-binary', ':all:']
  const target = ['--target', dir, '--requirement', requirements]
  const args = ['-m', 'pip', 'install', ...quiet, ...exact, ...target]
  const { failure, stderr } = await run('python3', args, { env, limitMs })
  // Of several lines the first says what is wrong.
  if (failure) throw new Error(`python3: ${/^ERROR: (.+)$/m.exec(stderr)?.[1] ?? failure}`)
}
