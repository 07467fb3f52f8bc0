import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { recorded } from '../real-app.ts'

const body = JSON.stringify(recorded('sync-no-flips').body)

/**
 * Calls the hook by a new connection with credentials from a folder of docs/access.md, by the names
 * of their files, and answers the status, or the code of the error that there was instead.
 */
export async function callAs(
  url: URL,
  folder: string,
  { ca = 'ca.crt', client, token }: { ca?: string; client?: string; token?: string },
): Promise<string> {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const authorization = token ? { authorization: `Bearer ${read(token).trim()}` } : {}
  const shown = client ? { cert: read(`${client}.crt`), key: read(`${client}.key`) } : {}
  const sent = request(new URL('/sync', url), {
    method: 'POST',
    agent: false,
    ca: read(ca),
    ...shown,
    headers: { 'content-type': 'application/json', ...authorization },
  })
  sent.end(body)
  try {
    const [response] = await once(sent, 'response')
    response.resume()
    return String(response.statusCode)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}
