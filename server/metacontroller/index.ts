/** Metacontroller's hooks for Fastify, for a parent of any kind; README.md describes them. */

export { limitConnections } from './connections.ts'
export type { Call, FinalizeAnswer, SyncAnswer } from './contract.ts'
export { ErrorBody } from './contract.ts'
export { createGate, type Gate, type Limits } from './gate.ts'
export { type HookOptions, metacontrollerHooks } from './plugin.ts'
export { buildServerOptions, type ServerSettings, type TlsOptions } from './server.ts'
