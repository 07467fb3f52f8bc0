/** An imitation of Metacontroller and its API server, to test hooks without a cluster. */

export {
  type ApiServer,
  type Change,
  createApiServer,
  placeOf,
  type Reference,
} from './api-server.ts'
export {
  buildCall,
  type CallHook,
  type CallResult,
  callApp,
  callOver,
  type HookName,
  type HookResponse,
  type Injectable,
  postHook,
  readResponse,
} from './call.ts'
export { createTestCluster, type Exchange, type SyncError, type TestCluster } from './cluster.ts'
export {
  type Metacontroller,
  type MetacontrollerOptions,
  startMetacontroller,
} from './metacontroller.ts'
export { type Pace, usualPace, type Wait } from './queue.ts'
export { type Clock, createClock, realTimers, type Timers } from './timers.ts'
export { isEqual } from './values.ts'
