import type { Test } from 'tap'
import type { Env } from '../../../hack/lib/process.ts'
import type { Api } from './api.ts'
import type { CoinFlips } from './coinflips.ts'
import type { Webhooks } from './host-operator.ts'
import type { Kubectl } from './kubectl.ts'
import type { Metacontroller } from './metacontroller.ts'
import type { Message } from './stream.ts'

/** Something that a case takes away for a while. Both may be repeated. */
export interface Part {
  /** Kills it, or scales it to nothing in a cluster, and resolves when it is gone. */
  stop(): Promise<void>
  /** Resolves when it is at work again, at its old address. */
  start(): Promise<void>
}

/** What a case may need, and its reason to be skipped where that is not to be had. */
export const needs = {
  metacontroller: 'needs a Metacontroller',
  manifests: "needs Metacontroller's manifests",
  cluster: 'belongs to cluster mode',
  host: 'belongs to host mode',
} as const
export type Need = keyof typeof needs

/** Options of a test that is skipped for the first thing that is not to be had. */
export function skipped(
  all: readonly Need[],
  has: Record<Need, boolean>,
): { skip: false | string } {
  const need = all.find((each) => !has[each])
  return { skip: need ? needs[need] : false }
}

/** Kubernetes with the operator in it, the same to the cases whatever it is made of. */
export interface Environment {
  readonly mode: 'host' | 'cluster'
  /** A temporary folder, gone at the end. */
  readonly dir: string
  readonly kubectl: Kubectl
  /** The environment of a person whose current context is this cluster. */
  readonly shell: Env
  readonly api: Api
  readonly nats: Part
  readonly service: Part & {
    /** What its processes count, all together: a metric with its labels as they are printed. */
    metric(name: string): Promise<number>
    /** Replaced as an upgrade does. */
    roll(): Promise<void>
  }
  readonly metacontroller: Part
  /** The CompositeController and the admission policies taken out in order, and put in again. */
  readonly operator: {
    remove(): Promise<void>
    /** As FORCE=1 does: removes finalizers without publishing. */
    forceRemove(): Promise<void>
    install(): Promise<void>
  }
  /** In host mode only. */
  readonly hooks?: {
    url: URL
    /** Has Metacontroller call another address; without one the service again. */
    lead(webhooks?: Webhooks): Promise<void>
    /** Which Metacontroller that is. */
    callerVersion(): string
    /** Its present process. */
    caller(): Metacontroller
  }
  /** Options of a test, which skip it where something that it needs is not to be had. */
  needs(...all: Need[]): { skip: false | string }
  /** The CoinFlips of a namespace that is made for them, and gone at the end. */
  coinflips(namespace: string): Promise<CoinFlips>
  /** The address of the NATS server, for as long as `work` goes on. */
  withNats<T>(work: (url: string) => Promise<T>): Promise<T>
  /** What the stream holds, of one object or of all. */
  messages(uid?: string): Promise<Message[]>
  /** Leaves everything as it was found. */
  close(): Promise<void>
}

/** The cases of a file, added to a test of theirs. */
export type Theme = (t: Test, env: Environment) => Promise<void>
