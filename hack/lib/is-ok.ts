/** Whether an address answers with success in time. */
export async function isOk(url: string, limitMs = 1000): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(limitMs) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
