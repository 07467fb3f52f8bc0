import type { Test } from 'tap'
import { lettersOf, type Stored } from './coinflips.ts'
import type { Environment } from './environment.ts'
import { expectedOf, shortOf } from './stream.ts'

/** Asserts that the stream holds each milestone of an object once, in order, and nothing else. */
export async function streamHolds(t: Test, env: Environment, object: Stored): Promise<void> {
  const { name, uid } = object.metadata
  const messages = await env.messages(uid)
  t.same(
    shortOf(messages),
    expectedOf(uid, lettersOf(object)),
    `each milestone of ${name} is in the stream once, in order`,
  )
}
