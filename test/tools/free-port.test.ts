import t from 'tap'
import { freePort } from '../../hack/lib/free-port.ts'

t.test('gives no port twice, though nothing listens on it yet', async (t) => {
  const port = await freePort()
  await t.rejects(freePort(port, port), /no free port/)
})
