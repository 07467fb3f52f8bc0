import { apiVersion, CoinFlip, CoinFlipStatus, kind, plural } from '../domain/coinflip.ts'
import { crd } from '../domain/crd.ts'
// Not index.ts, which has the server: the playground runs this in a browser.
import { defineComposite } from '../metacontroller/declaration.ts'

/** The CompositeController of CoinFlips: what Metacontroller watches, and which hooks there are. */
export const coinFlips = defineComposite({
  name: 'coinflip',
  parent: {
    apiVersion,
    kind,
    resource: plural,
    schema: CoinFlip,
    status: CoinFlipStatus,
    // A written status does not trigger another call.
    ignoreStatusChanges: true,
    crd,
  },
  finalize: true,
  // The reason, and what it costs: manifests/controller/compositecontroller.yaml.
  resyncPeriodSeconds: 45,
})
