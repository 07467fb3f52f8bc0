import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildEvent } from '../../server/domain/milestone.ts'
import { root } from '../lib/root.ts'
import { conditionTables } from './conditions.ts'
import { fieldTables } from './fields.ts'
import { metricsTable } from './metrics.ts'
import { settingsTables } from './settings.ts'

/** An event as the stream holds it, with the values that the pages' text refers to, in lines. */
function exampleMessage(): string {
  const uid = '7fff7218-f1e8-4720-92f4-25ae8787093c'
  const meta = { namespace: 'default', name: 'lucky', uid, generation: 1 }
  const event = buildEvent(meta, { flip: 4, ordinal: 1 }, '', new Date('2026-11-29T10:00:00.250Z'))
  const lines = Object.entries(event).map(([key, value]) => `  "${key}": ${JSON.stringify(value)}`)
  return `\`\`\`json\n{\n${lines.join(',\n')}\n}\n\`\`\``
}

/** What is generated into each page by the names of its marks; not the demo, which has to run. */
export function partsOfPages(): Record<string, Record<string, string>> {
  const message = exampleMessage()
  const consumer = readFileSync(join(root, 'examples/consumer/consumer.mjs'), 'utf8')
  return {
    'README.md': { message },
    'docs/settings.md': settingsTables(),
    'docs/api.md': { ...fieldTables(), ...conditionTables(), message, metrics: metricsTable() },
    'docs/how-to/consume.md': { consumer: `\`\`\`js\n${consumer}\`\`\`` },
  }
}
