import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../lib/root.ts'

/** The example of a consumer, as a guide shows it. */
export function exampleConsumer(): string {
  return `\`\`\`js\n${readFileSync(join(root, 'examples/consumer/consumer.mjs'), 'utf8')}\`\`\``
}
