import fastify from 'fastify'
import { buildServerOptions, metacontrollerHooks } from 'fastify-metacontroller'
import { hooks, secretCopies } from './operator.ts'

const app = fastify({ ...buildServerOptions(), logger: true })
await app.register(metacontrollerHooks(secretCopies, hooks))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.close())
const { HOST: host = '127.0.0.1', PORT = '8080' } = process.env
await app.listen({ host, port: Number(PORT) })
