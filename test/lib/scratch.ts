import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { which } from 'zx/core'

/** Creates a folder, which is removed at the end of the test. */
export async function scratch(t: Test): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'coinflip-test-'))
  t.teardown(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** Writes an executable shell script and returns its path. */
export async function program(dir: string, name: string, body: string): Promise<string> {
  const path = join(dir, name)
  await writeFile(path, `#!/bin/sh\n${body}\n`)
  await chmod(path, 0o755)
  return path
}

/** Links programs of this machine into a folder that is the PATH of a test. */
export async function borrow(dir: string, ...names: string[]): Promise<void> {
  for (const name of names) {
    const found = await which(name, { nothrow: true })
    if (found) await symlink(found, join(dir, name))
  }
}

/** The nats-server that `npm test` installs. */
export function natsServer(): string {
  const binary = process.env.NATS_SERVER_BIN
  if (binary) return binary
  throw new Error('NATS_SERVER_BIN is not set; `npm test` installs a nats-server and sets it')
}
