import t from 'tap'
import { readTrace } from '../lib/metacontroller/recorded.ts'
import { scenarios } from '../lib/metacontroller/scenarios.ts'
import { simulateWorld } from '../lib/metacontroller/simulated.ts'
import { traceScenario } from '../lib/metacontroller/trace.ts'
import { buildScenarioApp } from '../lib/metacontroller/world.ts'

for (const [name, steps] of Object.entries(scenarios))
  t.test(`the test cluster does as the real Metacontroller: ${name}`, async (t) => {
    const served = await buildScenarioApp()
    t.teardown(() => served.app.close())
    const traced = await traceScenario(steps, simulateWorld(served), served)
    const recorded = readTrace(name)
    for (const [i, { step }] of traced.entries()) t.same(traced[i], recorded[i], step)
    t.equal(traced.length, recorded.length)
  })
