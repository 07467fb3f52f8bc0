import fastify, { type FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import {
  buildServerOptions,
  createGate,
  defineComposite,
  type Gate,
  type HookOptions,
  type HooksOf,
  type Limits,
  metacontrollerHooks,
  type ServerSettings,
} from '../../server/metacontroller/index.ts'

/** Another kind than CoinFlip, which the plugin has to serve as well. */
export const Kettle = Type.Object({
  metadata: Type.Object({ name: Type.String() }),
  spec: Type.Object({ celsius: Type.Number(), mode: Type.Enum(['on', 'off'], { type: 'string' }) }),
})
export type Kettle = Static<typeof Kettle>
export const KettleStatus = Type.Object({
  boils: Type.Boolean(),
  level: Type.Optional(Type.Integer()),
})

const parent = {
  apiVersion: 'kitchen.example.com/v1',
  kind: 'Kettle',
  resource: 'kettles',
  schema: Kettle,
  status: KettleStatus,
}
const children = { Cup: { apiVersion: 'v1', resource: 'cups' } }
const kettles = defineComposite({ name: 'kettle', parent, children })
const finalizedKettles = defineComposite({ name: 'kettle', parent, children, finalize: true })

export const defaultLimits: Limits = {
  bodyBytes: 10_000,
  calls: 10,
  totalBytes: 100_000,
  delayMs: 60_000,
}

export const kettle = { metadata: { name: 'k' }, spec: { celsius: 100, mode: 'on' } }

type Options = Partial<HooksOf<typeof finalizedKettles> & HookOptions>

/** Builds an app with hooks for kettles, sync only or with finalize; its log goes to `lines`. */
export async function kettleApp(
  { limits = defaultLimits, finalize, ...parts }: Options & { limits?: Limits } = {},
  server: Partial<ServerSettings> = {},
): Promise<{ app: FastifyInstance; lines: string[]; gate: Gate }> {
  const lines: string[] = []
  const gate = createGate(limits)
  const app = fastify({
    ...buildServerOptions({ bodyBytes: limits.bodyBytes, sessionAgeMs: 60_000, ...server }),
    logger: { level: 'warn', stream: { write: (line: string) => void lines.push(line) } },
  })
  const sync = ({ parent }: { parent: Kettle }) => ({
    status: { boils: parent.spec.celsius >= 100 },
  })
  await app.register(
    finalize
      ? metacontrollerHooks(finalizedKettles, { sync, finalize, gate, ...parts })
      : metacontrollerHooks(kettles, { sync, gate, ...parts }),
  )
  return { app, lines, gate }
}
