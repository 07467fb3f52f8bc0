import { existsSync } from 'node:fs'
import t from 'tap'
import { breed, mutants } from './mutants.ts'

t.test('every mutant can be made of the service as it is now', async (t) => {
  for (const mutant of mutants) {
    const { entry, remove } = await breed(mutant)
    t.ok(existsSync(entry), mutant.name)
    await remove()
    t.notOk(existsSync(entry), 'and nothing of it stays')
  }
})

t.test('a mutant whose text is gone, or not the only one, is refused by name', async (t) => {
  for (const from of ['no such text', 'import']) {
    const changes = [{ file: 'server/main.ts', from, to: '' }]
    await t.rejects(breed({ name: 'stale', harmful: true, changes }), /"stale": server\/main.ts/)
  }
})
