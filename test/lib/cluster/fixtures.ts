import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Call } from './recorder.ts'

const fixtures = 'test/fixtures'
const prefix = 'metacontroller-'

const folderOf = (version: string) => join(fixtures, `${prefix}${version}`)

/** Writes a call to the folder of its Metacontroller version; returns the path of the file. */
export function record(version: string, name: string, { headers, body }: Call): string {
  const folder = folderOf(version)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.json`)
  const text = JSON.stringify({ headers, body }, null, 1)
  // One line for a list of flips, which would take pages.
  const lists = /\[\s+"(Heads|Tails)"[^\]]*\]/g
  writeFileSync(file, `${text.replaceAll(lists, (list) => list.replaceAll(/\s+/g, ''))}\n`)
  return file
}

/** The recorded call of this version of Metacontroller, or else of the latest recorded one. */
export function readRecorded(version: string, name: string) {
  const latest = readdirSync(fixtures)
    .filter((folder) => folder.startsWith(prefix))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1)
  const folder = existsSync(folderOf(version)) ? folderOf(version) : join(fixtures, `${latest}`)
  const file = join(folder, `${name}.json`)
  const call: Pick<Call, 'headers' | 'body'> = JSON.parse(readFileSync(file, 'utf8'))
  return { file, call }
}
