import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { counted } from '../lib/script.ts'

/** What stands before a version of this project in a document. */
const introductions = [
  'coinflip-operator:',
  'coinflip-operator --version ',
  'coinflip-operator//\\S*\\?ref=v',
  'coinflip-operator/releases/download/v',
  '\\bnewTag: ',
  '^version=',
].join('|')

/** Where files write the version of this project; without a count, any number of times. */
const places: readonly { files: string; version: RegExp; count?: number }[] = [
  { files: 'package.json', version: /(?<=^ {2}"version": ")[^"]+/gm, count: 1 },
  {
    files: 'package-lock.json',
    version: /(?<="name": "coinflip-operator",\s+"version": ")[^"]+/g,
    count: 2,
  },
  {
    files: 'charts/coinflip-operator/Chart.yaml',
    version: /(?<=^(?:v|appV)ersion: ["']?)[^\s"']+/gm,
    count: 2,
  },
  {
    files: '{README.md,docs/**/*.md,charts/**/*.md}',
    version: new RegExp(`(?<=${introductions})\\d+\\.\\d+\\.\\d+(?:-[0-9A-Za-z.-]+)?`, 'gm'),
  },
]

/** Whether a text is a version as package.json has it, such as 1.2.3 or 1.2.3-rc.1. */
export function isVersion(text: string): boolean {
  return /^\d+\.\d+\.\d+(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/.test(text)
}

/** Writes a version wherever the files below a folder have one; returns the changed files. */
export function writeVersion(folder: string, version: string): string[] {
  return places.flatMap((place) =>
    globSync(place.files, { cwd: folder }).filter((file) => {
      const path = join(folder, file)
      const text = readFileSync(path, 'utf8')
      const written = text.replace(place.version, version)
      if (written !== text) writeFileSync(path, written)
      return written !== text
    }),
  )
}

/** A line for each other version than this one in each file below a folder, and for each missing one. */
export function versionFaults(folder: string, version: string): string[] {
  return places.flatMap((place) => {
    const files = globSync(place.files, { cwd: folder })
    if (files.length === 0) return [`${place.files} is missing`]
    return files.flatMap((file) => {
      const found = readFileSync(join(folder, file), 'utf8').match(place.version) ?? []
      if (place.count !== undefined && found.length !== place.count)
        return [`${file} has ${counted(found.length, 'version')} instead of ${place.count}`]
      return [...new Set(found)]
        .filter((other) => other !== version)
        .map((other) => `${file} has the version ${other} instead of ${version}`)
    })
  })
}
