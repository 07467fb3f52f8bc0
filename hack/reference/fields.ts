import { CoinFlipSpec, CoinFlipStatus } from '../../server/domain/coinflip.ts'
import { crd } from '../../server/domain/crd.ts'
import { textTable } from '../lib/page.ts'

/** A schema as far as its fields are described here. */
interface Schema {
  type?: string
  enum?: readonly string[]
  format?: string
  description?: string
  properties?: Record<string, Schema>
  items?: Schema
}

function typeOf({ type = '', enum: values, format, items }: Schema): string {
  if (items) return `list of ${items.enum ? typeOf(items) : 'objects'}`
  if (values) return values.map((value) => `\`${value}\``).join(' or ')
  return format === 'date-time' ? 'time' : type
}

/** A row for each field of a schema and of the objects in it. */
function rowsOf({ properties = {} }: Schema, path: string): string[][] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const at = `${path}.${name}`
    const inner = field.items ? rowsOf(field.items, `${at}[]`) : rowsOf(field, at)
    return [[`\`${at}\``, typeOf(field), field.description ?? ''], ...inner]
  })
}

/** The fields of `spec` and `status`, and the columns of `kubectl get`. */
export function fieldTables(): Record<string, string> {
  const head = ['field', 'type', 'description']
  return {
    spec: textTable(head, rowsOf(CoinFlipSpec as Schema, 'spec')),
    status: textTable(head, rowsOf(CoinFlipStatus as Schema, 'status')),
    columns: textTable(
      ['column', 'description', 'shown'],
      crd.columns.map((column) => [
        column.name.toUpperCase(),
        column.description,
        'priority' in column ? 'with `-o wide`' : 'always',
      ]),
    ),
  }
}
