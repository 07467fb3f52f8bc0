import { type Lock, type Manifest, writeDependencies } from '../lib/dependencies.ts'
import { fill } from '../lib/page.ts'
import { conditionTables } from './conditions.ts'
import { exampleConsumer } from './consumer.ts'
import { fieldTables } from './fields.ts'
import { exampleMessage } from './message.ts'
import { metricsTable } from './metrics.ts'
import { settingsTables } from './settings.ts'

/** Generated text by the names of its marks. */
type Parts = Record<string, string>

/** What is generated into each page, but for the demo, which has to run. */
export function partsOfPages(manifest: Manifest, lock: Lock): Record<string, Parts> {
  return {
    'README.md': { message: exampleMessage() },
    'docs/settings.md': settingsTables(),
    'docs/api.md': {
      ...fieldTables(),
      ...conditionTables(),
      message: exampleMessage(),
      metrics: metricsTable(),
    },
    'docs/how-to/consume.md': { consumer: exampleConsumer() },
    'CONTRIBUTING.md': { dependencies: writeDependencies(manifest, lock) },
  }
}

/** A page with all parts between their marks; a part without marks is an error. */
export function fillParts(page: string, parts: Parts): string {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const filled = fill(text, name, part)
    if (filled === undefined) throw new Error(`the page has no marks for ${name}`)
    return filled
  }, page)
}
