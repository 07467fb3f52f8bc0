// Loaded into the service by --import: answers on a loopback port of its own which resources are
// open in the process and how much memory it uses after garbage collection.
import { createServer } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

/** Counts listeners of the process and of its open servers, sockets and child processes. */
function countListeners() {
  // Not a public function, but the only one that returns the objects and not just their names.
  const open = /** @type {any} */ (process)._getActiveHandles()
  return [process, ...open]
    .flatMap((each) =>
      each.eventNames?.().map((/** @type {string} */ name) => each.listenerCount(name)),
    )
    .reduce((sum, count = 0) => sum + count, 0)
}

createServer((_request, response) => {
  // Twice: the second round collects what finalizers released in the first.
  collect()
  collect()
  response.setHeader('connection', 'close')
  const resources = process.getActiveResourcesInfo()
  const memory = process.memoryUsage()
  response.end(JSON.stringify({ resources, memory, listeners: countListeners() }))
})
  .listen(Number(process.env.PROBE_PORT), '127.0.0.1')
  .unref()
