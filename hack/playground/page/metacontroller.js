// The playground's server sends this file as a bundle, since a browser reads no TypeScript.
export { coinFlips } from '../../../server/hook/controller.ts'
export {
  buildCall,
  createApiServer,
  placeOf,
  readResponse,
  realTimers,
  startMetacontroller,
} from '../../../server/metacontroller/testing/index.ts'
