/**
 * The floor with one publish for each milestone, in order, by the bare NATS client and with the
 * service's guarantee: the subject is the milestone's own, and the stream refuses a second message.
 */
import { jetstream } from '@nats-io/jetstream'
import { connect, headers } from '@nats-io/transport-node'
import { serve } from './floor.js'

const stream = process.env.NATS_STREAM
const storedBefore = 10071

const client = jetstream(await connect({ servers: process.env.NATS_URL }))
const contentType = headers()
contentType.set('Content-Type', 'application/cloudevents+json')

async function publish({ metadata, status }, milestones) {
  const { namespace, name, uid, generation } = metadata
  for (let i = status?.notifications ?? 0; i < milestones.length; i++) {
    const flip = milestones[i]
    const event = {
      specversion: '1.0',
      id: `${uid}.${flip}`,
      type: 'com.example.games.coinflip.threetails.v1',
      source: `/apis/games.example.com/v1alpha1/namespaces/${namespace}/coinflips/${name}`,
      subject: name,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      data: { namespace, name, uid, generation, flip, ordinal: i + 1 },
    }
    try {
      await client.publish(`${stream}.${namespace}.${uid}.${flip}`, JSON.stringify(event), {
        headers: contentType,
        timeout: 2000,
        expect: { streamName: stream, lastSubjectSequence: 0 },
      })
    } catch (error) {
      if (error.code !== storedBefore) throw error
    }
  }
}

serve(publish)
