import { mkdtempSync } from 'node:fs'
import { cp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { root } from '../../hack/lib/root.ts'
import { UserError } from '../../hack/lib/user-error.ts'

/** A service with one mistake in it: exact texts of its sources, each replaced once. */
export interface Mutant {
  name: string
  /** Whether a run has to find it; else a run has to find nothing. */
  harmful: boolean
  changes: { file: string; from: string; to: string }[]
}

/** Mistakes that break a promise, and one change that breaks none. */
export const mutants: Mutant[] = [
  {
    name: 'no expected sequence: the stream accepts a duplicate',
    harmful: true,
    changes: [
      {
        file: 'server/nats/send.ts',
        from: 'expect: { streamName: settings.name, lastSubjectSequence: 0 },',
        to: 'expect: { streamName: settings.name },',
      },
    ],
  },
  {
    name: 'acknowledged before stored: the response of the stream is ignored',
    harmful: true,
    changes: [
      {
        file: 'server/nats/send.ts',
        from: 'const ack = await ',
        to: 'const ack = { stream: settings.name, domain: settings.domain, seq: 0 }\n      void ',
      },
      {
        file: 'server/nats/send.ts',
        from: '      })\n      if (ack.stream',
        to: '      }).catch(() => {})\n      if (ack.stream',
      },
    ],
  },
  {
    name: 'finalize without waiting: an object is deleted with pending notifications',
    harmful: true,
    changes: [
      {
        file: 'server/hook/finalize.ts',
        from: 'if (!pendingReason) return { status, finalized: true }',
        to: 'return { status, finalized: true }',
      },
    ],
  },
  {
    name: 'no stop at a failure: the next milestone is published all the same',
    harmful: true,
    changes: [
      {
        file: 'server/hook/publish.ts',
        from: '  let acknowledged = 0\n',
        to: '  let acknowledged = 0\n  let failed: PendingReason | undefined\n',
      },
      {
        file: 'server/hook/publish.ts',
        from: '    if (!isAcknowledged(outcome)) return { acknowledged, pendingReason: outcome }\n',
        to: '    if (!isAcknowledged(outcome)) failed ??= outcome\n    if (failed || !isAcknowledged(outcome)) continue\n',
      },
      {
        file: 'server/hook/publish.ts',
        from: '  return { acknowledged }\n',
        to: '  return { acknowledged, pendingReason: failed }\n',
      },
    ],
  },
  {
    name: 'status ignored: every call publishes all milestones again',
    harmful: false,
    changes: [
      {
        file: 'server/hook/observe.ts',
        from: 'return Number.isInteger(hint) ? ',
        to: 'return Number.isNaN(hint) ? ',
      },
    ],
  },
]

/** A copy of the service with a mutant's changes, in a folder of its own. */
export interface MutantBuild {
  /** Path of its main.ts. */
  entry: string
  remove(): Promise<void>
}

/** Builds a mutant; throws where a text to be replaced is not there exactly once. */
export async function buildMutant(mutant: Mutant): Promise<MutantBuild> {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-mutant-'))
  const forget = onExitRemove(dir)
  const remove = async () => {
    await rm(dir, { recursive: true, force: true })
    forget()
  }
  try {
    await write(mutant, dir)
  } catch (error) {
    await remove()
    throw error
  }
  return { entry: join(dir, 'server/main.ts'), remove }
}

async function write({ name, changes }: Mutant, dir: string): Promise<void> {
  await cp(join(root, 'server'), join(dir, 'server'), { recursive: true })
  await cp(join(root, 'package.json'), join(dir, 'package.json'))
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'))
  for (const { file, from, to } of changes) {
    const parts = (await readFile(join(dir, file), 'utf8')).split(from)
    if (parts.length !== 2)
      throw new UserError(
        `mutant "${name}": ${file} contains ${parts.length - 1} times the text to be replaced, ` +
          `update test/chaos/mutants.ts: ${from.trim()}`,
      )
    await writeFile(join(dir, file), parts.join(to))
  }
}
