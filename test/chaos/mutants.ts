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
  /** Whether a run has to find it out; else it has to find nothing. */
  harmful: boolean
  changes: { file: string; from: string; to: string }[]
}

/** The mistakes that the promises rest on not being made, and one that is none. */
export const mutants: Mutant[] = [
  {
    name: 'no expected sequence: nothing keeps the stream from a second copy',
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
    name: 'acknowledged before stored: sent, and taken for stored',
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
    name: 'finalize without waiting: a deletion goes through with messages outstanding',
    harmful: true,
    changes: [
      {
        file: 'server/hook/finalize.ts',
        from: 'if (!hindrance) return { status, finalized: true }',
        to: 'return { status, finalized: true }',
      },
    ],
  },
  {
    name: 'the next milestone sent after one that failed',
    harmful: true,
    changes: [
      {
        file: 'server/hook/publish.ts',
        from: '  let acknowledged = 0\n',
        to: '  let acknowledged = 0\n  let failed: Hindrance | undefined\n',
      },
      {
        file: 'server/hook/publish.ts',
        from: '    if (!isStored(outcome)) return { acknowledged, hindrance: outcome }\n',
        to: '    if (!isStored(outcome)) failed ??= outcome\n    if (failed || !isStored(outcome)) continue\n',
      },
      {
        file: 'server/hook/publish.ts',
        from: '  return { acknowledged }\n',
        to: '  return failed ? { acknowledged, hindrance: failed } : { acknowledged }\n',
      },
    ],
  },
  {
    name: 'the hint ignored: every call publishes from the first milestone on',
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
export interface Breed {
  /** Path of its main.ts. */
  entry: string
  remove(): Promise<void>
}

/** Makes a mutant; refuses where a text to be replaced is not there exactly once. */
export async function breed(mutant: Mutant): Promise<Breed> {
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
        `mutant "${name}": ${file} holds ${parts.length - 1} times what is to be replaced, ` +
          `bring test/chaos/mutants.ts up to date: ${from.trim()}`,
      )
    await writeFile(join(dir, file), parts.join(to))
  }
}
