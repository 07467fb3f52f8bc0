import fastify from 'fastify'
import { buildServerOptions, metacontrollerHooks } from 'fastify-metacontroller'
import { openPublisher } from 'fastify-metacontroller/nats'
import { hooksOf, jobMessages } from './operator.ts'

const { HOST: host = '127.0.0.1', PORT = '8080', NATS_URL: url = '127.0.0.1' } = process.env
const app = fastify({ ...buildServerOptions(), logger: true })
const publisher = await openPublisher({
  url,
  stream: { name: 'JOBS', subjectPrefix: 'jobs', create: true },
  observer: { stream: (state) => app.log.info({ state }, 'stream checked') },
})
await app.register(metacontrollerHooks(jobMessages, hooksOf(publisher)))
app.addHook('onClose', () => publisher.close())
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.close())
await app.listen({ host, port: Number(PORT) })
