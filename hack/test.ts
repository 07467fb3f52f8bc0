import { runTests } from './lib/run-tests.ts'
import { script, scriptArguments } from './lib/script.ts'

await script(() => runTests(scriptArguments()))
