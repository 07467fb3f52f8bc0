import { defineDecorator, type HooksOf } from 'fastify-metacontroller'
import type { Publisher } from 'fastify-metacontroller/nats'
import Type from 'typebox'

interface Job {
  metadata: { uid: string }
  status?: { conditions?: { type: string; status: string }[] }
}

/** Watches all Jobs of the cluster, and adds an annotation to those that have ended. */
export const jobMessages = defineDecorator({
  name: 'job-messages',
  resources: { Job: { apiVersion: 'batch/v1', resource: 'jobs', schema: Type.Unsafe<Job>({}) } },
})

/** Publishes a message about each Job that has ended, once. */
export const hooksOf = (publisher: Publisher): HooksOf<typeof jobMessages> => ({
  async sync({ object: { metadata, status } }) {
    const end = status?.conditions?.find(
      ({ type, status }) => ['Complete', 'Failed'].includes(type) && status === 'True',
    )
    if (!end) return {}
    const { namespace, name, uid } = metadata
    const payload = JSON.stringify({ namespace, name, end: end.type })
    const { kind } = await publisher.publishOnce(`jobs.${namespace}.${uid}`, payload)
    const isStored = kind === 'stored' || kind === 'duplicate'
    const annotations = { 'examples.example.com/message': isStored ? 'stored' : kind }
    return isStored ? { annotations } : { annotations, resyncAfterSeconds: 5 }
  },
})
