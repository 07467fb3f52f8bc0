import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { recorded } from '../recorded.ts'

const body = JSON.stringify(recorded('sync-no-flips').body)

/**
 * Calls the hook over a new connection with credentials of a folder of docs/how-to/access.md, named by
 * their files; resolves to the status, or to the code of the error.
 */
export async function callAs(
  url: URL,
  folder: string,
  { ca = 'ca.crt', client, token }: { ca?: string; client?: string; token?: string },
): Promise<string> {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const authorization = token ? { authorization: `Bearer ${read(token).trim()}` } : {}
  const certificate = client ? { cert: read(`${client}.crt`), key: read(`${client}.key`) } : {}
  const sent = request(new URL('/sync', url), {
    method: 'POST',
    agent: false,
    ca: read(ca),
    ...certificate,
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
