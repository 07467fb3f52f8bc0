import { buildEvent } from '../../server/domain/milestone.ts'

/** An event as the stream holds it, with the values that the page's text refers to. */
export function exampleMessage(): string {
  const uid = '7fff7218-f1e8-4720-92f4-25ae8787093c'
  const meta = { namespace: 'default', name: 'lucky', uid, generation: 5 }
  const event = buildEvent(meta, { flip: 4, ordinal: 1 }, '', new Date('2026-11-29T10:00:00.250Z'))
  return `\`\`\`json\n${JSON.stringify(event, undefined, 2)}\n\`\`\``
}
