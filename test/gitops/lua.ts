import { LuaFactory, LuaLibraries } from 'wasmoon'

const factory = new LuaFactory()

/** Runs a health check as Argo CD does: `obj` is the object, and there is no standard library. */
export async function runHealthCheck(
  script: string,
  object: object,
): Promise<{ status: string; message: string }> {
  const lua = await factory.createEngine({ enableProxy: false, openStandardLibs: false })
  try {
    // Of Lua's libraries these are what Argo CD opens.
    lua.global.loadLibrary(LuaLibraries.Base)
    lua.global.loadLibrary(LuaLibraries.Table)
    lua.global.set('obj', object)
    return await lua.doString(script)
  } finally {
    lua.global.close()
  }
}
