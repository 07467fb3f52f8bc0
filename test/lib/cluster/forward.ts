import { type Forward, forwardNats } from '../../../hack/kube/port-forward.ts'

/** Forwards a port to the NATS server of a cluster at the first use. */
export function natsForward(context: string) {
  let forward: Forward | undefined
  async function close(): Promise<void> {
    await forward?.stop()
    forward = undefined
  }
  return {
    close,
    async with<T>(work: (url: string) => Promise<T>): Promise<T> {
      const url = () => `nats://127.0.0.1:${forward?.port}`
      if (forward)
        try {
          return await work(url())
        } catch {
          // The pod may have been replaced; any other error occurs again below.
          await close()
        }
      forward = await forwardNats({ context })
      return work(url())
    },
  }
}
