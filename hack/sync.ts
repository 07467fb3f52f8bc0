import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { stringify } from 'yaml'
import { readCoinFlip } from './lib/coinflip-file.ts'
import { callHook } from './lib/hook.ts'
import { script, scriptArguments, warn } from './lib/script.ts'
import { UserError } from './lib/user-error.ts'

const url = process.env.HOOK_URL || 'http://127.0.0.1:8080/sync'

function read(file: string): Promise<string> {
  if (file === '-') return text(process.stdin)
  return readFile(file, 'utf8').catch((error) => {
    throw new UserError(`sync: ${file} cannot be read (${error.code})`)
  })
}

await script(async () => {
  const [file, ...more] = scriptArguments()
  if (file === undefined || more.length > 0) {
    warn('usage: npm run sync -- FILE    (a CoinFlip as YAML, - for standard input)')
    return 2
  }
  const coinFlip = readCoinFlip(await read(file))
  if ('fault' in coinFlip) throw new UserError(`sync: ${file}: ${coinFlip.fault}`)
  const result = await callHook(url, { parent: coinFlip.object, finalizing: false })
  if (result.kind === 'busy') throw new UserError('sync: 429, the service is busy')
  if (result.kind === 'failed') throw new UserError(`sync: ${result.why}`)
  process.stdout.write(stringify(result.answer))
  return 0
})
