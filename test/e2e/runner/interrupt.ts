import { nextSignal } from '../../../hack/lib/exit.ts'
import { end, type Running } from '../../../hack/lib/process.ts'

const limitMs = 120_000

let interrupted = false
const running = new Set<Running>()

/** Whether a person has asked for the end: nothing more is begun then but tidying up. */
export const isInterrupted = () => interrupted

/** From now on Ctrl-C reaches what is guarded, and no more than that; the second one ends all. */
export function heedInterrupts(): void {
  void nextSignal().then((signal) => {
    interrupted = true
    for (const each of running) void end(each, signal, limitMs)
  })
}

/** Hands Ctrl-C on to a process while it runs. */
export async function guard(each: Running): ReturnType<() => Running['ended']> {
  running.add(each)
  const ended = await each.ended
  running.delete(each)
  return ended
}
