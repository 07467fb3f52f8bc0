// Loaded into the service by --import: tells on a loopback port of its own what is open in the
// process and how large the heap is once garbage is collected.
import { createServer } from 'node:http'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

/** Listeners of the process and of all that is open: servers, sockets, child processes. */
function listeners() {
  // Not a public function, and the only one that gives the objects and not just their names.
  const open = /** @type {any} */ (process)._getActiveHandles()
  return [process, ...open]
    .flatMap((each) =>
      each.eventNames?.().map((/** @type {string} */ name) => each.listenerCount(name)),
    )
    .reduce((sum, count = 0) => sum + count, 0)
}

createServer((_request, response) => {
  // Twice: what a finalizer of the first round lets go is collected in the second.
  collect()
  collect()
  response.setHeader('connection', 'close')
  response.end(
    JSON.stringify({
      resources: process.getActiveResourcesInfo(),
      listeners: listeners(),
      memory: process.memoryUsage(),
      heapLimit: getHeapStatistics().heap_size_limit,
    }),
  )
})
  .listen(Number(process.env.PROBE_PORT), '127.0.0.1')
  .unref()
