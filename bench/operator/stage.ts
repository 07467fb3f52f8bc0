import { startBroker } from '../../hack/lib/broker.ts'
import { createStream } from '../../test/lib/load/stand.ts'
import type { Ground } from './operators.ts'
import { type Plane, startPlane } from './plane.ts'

/** What all runs are made with. */
export type Means = Omit<Ground, 'plane' | 'natsUrl' | 'resyncSeconds'> & {
  assets: string
  manifests: string
  natsServer: string
}

/** A control plane and a broker of one run's own. */
export interface Stage {
  plane: Plane
  natsUrl: string
  stop(): Promise<void>
}

export async function openStage({ assets, manifests, natsServer }: Means): Promise<Stage> {
  const plane = await startPlane(assets, manifests)
  const broker = await startBroker({ binary: natsServer })
  await createStream(broker.url, 'COINFLIPS', 'coinflips.three-tails')
  return {
    plane,
    natsUrl: broker.url,
    async stop() {
      await broker.stop()
      await plane.stop()
    },
  }
}
