import { join, relative } from 'node:path'
import { packPlugin } from './lib/pack-plugin.ts'
import { root } from './lib/root.ts'
import { say, script } from './lib/script.ts'

await script(async () => {
  say(relative(root, await packPlugin(join(root, 'dist'))))
})
