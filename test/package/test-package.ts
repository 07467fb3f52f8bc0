/** Installs the packed plugin into an empty folder, from the registry but for itself, and tests it. */
import { runTests } from '../../hack/lib/run-tests.ts'
import { script } from '../../hack/lib/script.ts'

await script(() => runTests(['test/package']))
