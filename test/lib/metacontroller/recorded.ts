import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { recordings } from '../recorded.ts'
import type { TracedStep } from './trace.ts'

const folder = new URL('scenarios/', recordings)
const fileOf = (scenario: string) => new URL(`${scenario.replaceAll(' ', '-')}.jsonl`, folder)

/** Reads what a scenario led to with the real Metacontroller. */
export function readTrace(scenario: string): TracedStep[] {
  const lines = readFileSync(fileOf(scenario), 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line))
}

/** Records what a scenario led to. */
export function writeTrace(scenario: string, steps: readonly TracedStep[]): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(fileOf(scenario), steps.map((step) => `${JSON.stringify(step)}\n`).join(''))
}
