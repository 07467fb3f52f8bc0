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
  changes: readonly (readonly [file: string, from: string, to: string])[]
}

const [send, publish] = ['server/nats/send.ts', 'server/hook/publish.ts']

/** Mistakes that break a promise, and one change that breaks none. */
export const mutants: Mutant[] = [
  {
    name: 'no expected sequence: the stream accepts a duplicate',
    harmful: true,
    changes: [
      [send, 'streamName: settings.name, lastSubjectSequence: 0', 'streamName: settings.name'],
    ],
  },
  {
    name: 'acknowledged before stored: the response of the stream is ignored',
    harmful: true,
    changes: [
      [
        send,
        'const ack = await ',
        'const ack = { stream: settings.name, domain: settings.domain, seq: 0 }\n      void ',
      ],
      [send, '      })\n      if (ack.stream', '      }).catch(() => {})\n      if (ack.stream'],
    ],
  },
  {
    name: 'finalize without waiting: an object is deleted with pending notifications',
    harmful: true,
    changes: [['server/hook/finalize.ts', 'if (!pendingReason) return', 'return']],
  },
  {
    name: 'no stop at a failure: the next milestone is published all the same',
    harmful: true,
    changes: [
      [
        publish,
        'let acknowledged = 0\n',
        'let acknowledged = 0\n  let failed: PendingReason | undefined\n',
      ],
      [
        publish,
        'if (!isAcknowledged(outcome)) return { acknowledged, pendingReason: outcome }\n',
        'if (!isAcknowledged(outcome)) failed ??= outcome\n    if (failed || !isAcknowledged(outcome)) continue\n',
      ],
      [publish, 'return { acknowledged }\n', 'return { acknowledged, pendingReason: failed }\n'],
    ],
  },
  {
    name: 'status ignored: every call publishes all milestones again',
    harmful: false,
    changes: [['server/hook/observe.ts', 'Number.isInteger(hint) ? ', 'Number.isNaN(hint) ? ']],
  },
]

/**
 * Builds a mutant: a copy of the service with its changes. Answers the path of its main.ts; throws
 * where a text to be replaced is not there exactly once.
 */
export async function buildMutant({ name, changes }: Mutant) {
  const dir = mkdtempSync(join(tmpdir(), 'coinflip-mutant-'))
  const forget = onExitRemove(dir)
  await cp(join(root, 'server'), join(dir, 'server'), { recursive: true })
  await cp(join(root, 'package.json'), join(dir, 'package.json'))
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'))
  for (const [file, from, to] of changes) {
    const parts = (await readFile(join(dir, file), 'utf8')).split(from)
    if (parts.length !== 2)
      throw new UserError(
        `mutant "${name}": ${file} contains ${parts.length - 1} times the text to be replaced, ` +
          `update test/chaos/mutants.ts: ${from.trim()}`,
      )
    await writeFile(join(dir, file), parts.join(to))
  }
  async function remove(): Promise<void> {
    await rm(dir, { recursive: true, force: true })
    forget()
  }
  return { entry: join(dir, 'server/main.ts'), remove }
}
