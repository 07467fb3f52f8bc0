import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { UserError } from '../../hack/lib/user-error.ts'
import type { Server } from '../../test/lib/load/server.ts'

async function answerOf({ url }: Server, body: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body })
  return response.json()
}

/** Stops a benchmark whose servers give different answers. */
export async function requireSameAnswers(servers: readonly Server[], paths: readonly string[]) {
  for (const path of paths) {
    const body = readFileSync(path, 'utf8')
    const [first, ...others] = await Promise.all(servers.map((server) => answerOf(server, body)))
    const other = others.findIndex((answer) => !isDeepStrictEqual(answer, first))
    if (other !== -1)
      throw new UserError(`${servers[other + 1]?.name} and ${servers[0]?.name} answer differently`)
  }
}
