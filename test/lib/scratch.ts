import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** A folder of the test's own, gone at its end. */
export async function scratch(t: Test): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'coinflip-test-'))
  t.teardown(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** Writes a shell script that can be run; answers its path. */
export async function program(dir: string, name: string, body: string): Promise<string> {
  const path = join(dir, name)
  await writeFile(path, `#!/bin/sh\n${body}\n`)
  await chmod(path, 0o755)
  return path
}

/** Makes programs of this machine reachable where the PATH is a folder of the test's own. */
export async function borrow(dir: string, ...names: string[]): Promise<void> {
  const folders = (process.env.PATH ?? '').split(':')
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
    if (found) await symlink(found, join(dir, name))
  }
}

/** The nats-server that `npm test` brings. */
export function natsServer(): string {
  const binary = process.env.NATS_SERVER_BIN
  if (binary) return binary
  throw new Error('NATS_SERVER_BIN is not set; `npm test` brings a nats-server and sets it')
}
