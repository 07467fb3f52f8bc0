import { findGoProgram } from './go-program.ts'

/** Path of the command `nats`, compiled with Go where the cache has none. */
export function findNatsCli(): Promise<string> {
  return findGoProgram('github.com/nats-io/natscli/nats@v0.5.1')
}
