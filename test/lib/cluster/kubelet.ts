import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KubeObject } from '../../../hack/kube/objects.ts'
import type { Env } from '../../../hack/lib/process.ts'
import type { Api } from './api.ts'

interface Volume {
  name: string
  secret?: { secretName: string; items?: Item[] }
  configMap?: { name: string; items?: Item[] }
}
interface Item {
  key: string
  path: string
}

/** The files of a volume by their names. */
async function filesOf(api: Api, namespace: string, volume: Volume): Promise<Map<string, Buffer>> {
  const { secret, configMap } = volume
  const path = secret ? `secrets/${secret.secretName}` : `configmaps/${configMap?.name}`
  const { code, body } = await api.call<{ data?: Record<string, string> }>(
    'GET',
    `/api/v1/namespaces/${namespace}/${path}`,
  )
  if (code !== 200) throw new Error(`${volume.name} has no ${path}: ${body.message}`)
  const { data = {} } = body
  const items = (secret ?? configMap)?.items ?? Object.keys(data).map((key) => ({ key, path: key }))
  return new Map(
    items.map((item) => [item.path, Buffer.from(data[item.key] ?? '', secret ? 'base64' : 'utf8')]),
  )
}

/**
 * Mounts Secrets and ConfigMaps as a kubelet does: files are links into a folder behind the link
 * `..data`, which is replaced when they change.
 */
export async function mountVolumes(api: Api, deployment: KubeObject, dir: string) {
  const { namespace = 'default' } = deployment.metadata
  const pod = deployment.spec.template.spec
  const [{ env, volumeMounts }] = pod.containers
  const volumes: Volume[] = pod.volumes
  let writes = 0

  /** Updates the files, as a kubelet does a while after a change. */
  async function refresh(): Promise<void> {
    for (const volume of volumes) {
      const mount = join(dir, volume.name)
      const version = `..${writes++}`
      mkdirSync(join(mount, version), { recursive: true })
      const isNew = !existsSync(join(mount, '..data'))
      for (const [name, content] of await filesOf(api, namespace, volume)) {
        writeFileSync(join(mount, version, name), content, { mode: 0o440 })
        if (isNew) symlinkSync(join('..data', name), join(mount, name))
      }
      symlinkSync(version, join(mount, '..new'))
      renameSync(join(mount, '..new'), join(mount, '..data'))
    }
  }
  await refresh()

  /** The variables that name mounted files, with the paths on this machine. */
  const settings: Env = {}
  for (const { name, mountPath } of volumeMounts as { name: string; mountPath: string }[])
    for (const variable of env as { name: string; value: string }[])
      if (variable.value.startsWith(`${mountPath}/`))
        settings[variable.name] = variable.value.replace(mountPath, join(dir, name))
  return { settings, refresh }
}
