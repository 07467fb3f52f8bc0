import { Config } from '../../server/config.ts'
import { textTable } from '../lib/page.ts'

/** Each group of settings with the names that belong to it; the first that fits counts. */
const groups: [name: string, pattern: RegExp][] = [
  ['stream settings', /^NATS_(STREAM|SUBJECT|JS)/],
  ['NATS settings', /^NATS_/],
  ['access settings', /^(TLS|AUTH|RELOAD)_/],
  ['limit settings', /^(BODY|REQUEST|MAX|PUBLISH)_/],
  ['service settings', /./],
]

interface Setting {
  type?: string
  enum?: readonly string[]
  default?: unknown
  minimum?: number
  maximum?: number
  description?: string
}

function valuesOf({ type, enum: values, minimum, maximum }: Setting): string {
  if (values) return values.map((value) => `\`${value}\``).join(', ')
  if (type === 'integer') return `${minimum} to ${maximum}`
  return type === 'boolean' ? '`true`, `false`' : 'text'
}

function row([name, setting]: [string, Setting]): string[] {
  const { default: initial, description = '' } = setting
  const shown = initial === undefined || initial === '' ? '' : `\`${initial}\``
  return [`\`${name}\``, shown, valuesOf(setting), description]
}

/** A table for each group of settings, by the group's name. */
export function settingsTables(): Record<string, string> {
  const rest = new Map(Object.entries(Config.properties) as [string, Setting][])
  const tables: Record<string, string> = {}
  for (const [group, pattern] of groups) {
    const chosen = [...rest].filter(([name]) => pattern.test(name))
    for (const [name] of chosen) rest.delete(name)
    tables[group] = textTable(['setting', 'default', 'values', 'description'], chosen.map(row))
  }
  return tables
}
