import { type Forward, forwardNats } from '../../../hack/kube/port-forward.ts'

/** The NATS server of a cluster by a port of this machine, which is opened when it is wanted. */
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
          // The pod behind it may have been replaced; what is wrong otherwise comes again.
          await close()
        }
      forward = await forwardNats({ context })
      return work(url())
    },
  }
}
