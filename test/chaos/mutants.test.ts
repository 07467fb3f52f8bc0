import { existsSync } from 'node:fs'
import t from 'tap'
import { buildMutant, mutants } from './mutants.ts'

t.test('builds every mutant from the present service', async (t) => {
  for (const mutant of mutants) {
    const { entry, remove } = await buildMutant(mutant)
    t.ok(existsSync(entry), mutant.name)
    await remove()
    t.notOk(existsSync(entry), 'it is removed again')
  }
})

t.test('refuses a mutant whose text is missing or not unique', async (t) => {
  for (const from of ['no such text', 'import']) {
    const changes = [['server/main.ts', from, '']] as const
    const stale = buildMutant({ name: 'stale', harmful: true, changes })
    await t.rejects(stale, /"stale": server\/main.ts/)
  }
})
