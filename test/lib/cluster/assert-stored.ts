import type { Test } from 'tap'
import { faultsOf, judge } from '../../../hack/lib/oracle.ts'
import { lettersOf, type Stored } from './coinflips.ts'
import type { Environment } from './environment.ts'

/** Asserts that the stream holds each milestone of an object once, in order, and nothing else. */
export async function assertStored(t: Test, env: Environment, object: Stored): Promise<void> {
  const { name, uid } = object.metadata
  const verdict = judge([{ uid, letters: lettersOf(object) }], await env.messages(uid))
  t.same(faultsOf(verdict), [], `each milestone of ${name} is in the stream once, in order`)
}
