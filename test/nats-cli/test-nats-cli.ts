/** Runs the tests of test/nats-cli with the command `nats`, compiled where the cache has none. */
import { runTests } from '../../hack/lib/run-tests.ts'
import { script, scriptArguments } from '../../hack/lib/script.ts'
import { UserError } from '../../hack/lib/user-error.ts'
import { findGoProgram } from '../lib/go-program.ts'

const natsCli = 'github.com/nats-io/natscli/nats@v0.5.1'

await script(async () => {
  const NATS_CLI_BIN = await findGoProgram(natsCli).catch(({ message }) => {
    throw new UserError(`test-nats-cli: no command nats (${message}); install Go`)
  })
  return runTests(['test/nats-cli', ...scriptArguments()], { NATS_CLI_BIN })
})
