/**
 * Raw node:http with one publish for each milestone, in order, by the bare NATS client and with the
 * guarantee of the service: each milestone has its own subject, and the stream refuses a duplicate.
 */
import { jetstream } from '@nats-io/jetstream'
import { connect, headers } from '@nats-io/transport-node'
import { serve } from './node-http.js'

const stream = process.env.NATS_STREAM
const duplicate = 10071

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
      if (error.code !== duplicate) throw error
    }
  }
}

serve(publish)
