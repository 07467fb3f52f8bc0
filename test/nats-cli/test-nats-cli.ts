/** Runs the tests of test/nats-cli with the command `nats`, compiled where the cache has none. */
import { runTests } from '../../hack/lib/run-tests.ts'
import { script, scriptArguments, spin } from '../../hack/lib/script.ts'
import { findNatsCli } from './find-nats-cli.ts'

await script(async () => {
  const NATS_CLI_BIN = await spin('getting the command nats', findNatsCli)
  return runTests(['test/nats-cli', ...scriptArguments()], { NATS_CLI_BIN })
})
