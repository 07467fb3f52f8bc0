import { nkeys } from '@nats-io/transport-node'

/** What a user may do, in the words of nats-server. */
export interface Permissions {
  pub?: { allow?: readonly string[] }
  sub?: { allow?: readonly string[] }
}

type KeyPair = ReturnType<typeof nkeys.createUser>

const base64url = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const seedOf = (pair: KeyPair) => new TextDecoder().decode(pair.getSeed())
const unlimited = { subs: -1, data: -1, payload: -1 }

/** A token as nats-server reads it: `claims` of the owner of `subject`, signed by `issuer`. */
function sign(issuer: KeyPair, subject: KeyPair, claims: object): string {
  const iat = Math.floor(Date.now() / 1000)
  const jti = nkeys.createUser().getPublicKey()
  const [iss, sub] = [issuer.getPublicKey(), subject.getPublicKey()]
  const head = base64url({ typ: 'JWT', alg: 'ed25519-nkey' })
  const body = base64url({ jti, iat, iss, name: sub, sub, nats: { version: 2, ...claims } })
  const signature = issuer.sign(new TextEncoder().encode(`${head}.${body}`))
  return `${head}.${body}.${Buffer.from(signature).toString('base64url')}`
}

/** An operator with one account that has JetStream, which makes users as `nsc` does. */
export function makeOperator() {
  const operator = nkeys.createOperator()
  const [account, system] = [nkeys.createAccount(), nkeys.createAccount()]
  const operatorJwt = sign(operator, operator, { type: 'operator' })
  const systemJwt = sign(operator, system, { type: 'account' })
  const limits = { ...unlimited, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 }
  const storage = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 }

  /** Configures nats-server; it refuses users whose public key is `revoked`. */
  function config(revoked: readonly string[] = []): string {
    const now = Math.floor(Date.now() / 1000)
    const revocations = Object.fromEntries(revoked.map((key) => [key, now]))
    const claims = { type: 'account', limits: { ...limits, ...storage }, revocations }
    return `
operator: ${operatorJwt}
system_account: ${system.getPublicKey()}
resolver: MEMORY
resolver_preload {
  ${system.getPublicKey()}: ${systemJwt}
  ${account.getPublicKey()}: ${sign(operator, account, claims)}
}`
  }

  /** A new user: the public key, and the file that it logs in with. */
  function user(permissions: Permissions = {}): { key: string; creds: string; seed: string } {
    const pair = nkeys.createUser()
    const jwt = sign(account, pair, { type: 'user', ...unlimited, ...permissions })
    const seed = seedOf(pair)
    const creds = [
      `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------`,
      `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------`,
    ]
    return { key: pair.getPublicKey(), creds: `${creds.join('\n\n')}\n`, seed }
  }
  return { config, user }
}
