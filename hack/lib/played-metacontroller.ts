import { apiVersion, type CoinFlipStatus, type Face, kind } from '../../server/domain/coinflip.ts'

/** A CoinFlip that a played Metacontroller calls the hooks about. */
export interface PlayedCoinFlip {
  uid: string
  name: string
  generation: number
  deleting: boolean
  /** Its flips as letters, as in HTTT. */
  letters: string
  status?: CoinFlipStatus | undefined
}

const finalizers = ['metacontroller.io/compositecontroller-coinflip']

const faceOf = (letter: string): Face => (letter === 'T' ? 'Tails' : 'Heads')

/** The path of the hook that Metacontroller calls about an object, and the body of the call. */
export function callAbout({ uid, name, generation, deleting, letters, status }: PlayedCoinFlip) {
  const deletion = deleting ? { deletionTimestamp: '2026-11-22T12:00:00Z' } : {}
  const metadata = { namespace: 'default', name, uid, generation, finalizers, ...deletion }
  const spec = { flips: Array.from(letters, faceOf) }
  const parent = { apiVersion, kind, metadata, spec, ...(status && { status }) }
  return {
    path: deleting ? '/finalize' : '/sync',
    body: { controller: {}, parent, children: {}, related: {}, finalizing: deleting },
  }
}
