import type { Writable } from 'node:stream'

/** Destination of log lines; the part of a stream that pino uses. */
export interface LineOutput {
  write(line: string): void
  /** Calls back once the stream has taken, or refused, every line so far. */
  flush(done: () => void): void
  /** Writes the current block; for the end of the process, which cannot wait. */
  flushNow(): void
}

/** A write for each line took a seventh of a call that publishes. */
const blockLength = 4_096
const blockAgeMs = 100

/**
 * Writes lines to `stream` in blocks, and never waits for its reader: at most `maxWaiting` characters
 * are buffered; lines beyond them, and lines that the stream fails to write, are dropped. Calls
 * `onDrop` with their number once the stream takes lines again.
 */
export function openOutput(
  stream: Writable,
  onDrop: (lines: number) => void,
  maxWaiting = 1_048_576,
): LineOutput {
  let block = ''
  let lines = 0
  let dropped = 0
  let isFailing = false
  const waiting = () => block.length + stream.writableLength

  function flushNow(): void {
    if (lines === 0) return
    const sent = lines
    stream.write(block, (error) => {
      isFailing = Boolean(error)
      if (error) dropped += sent
    })
    block = ''
    lines = 0
  }

  function tick(): void {
    if (dropped > 0 && !isFailing && waiting() <= maxWaiting / 2) {
      const count = dropped
      dropped = 0
      onDrop(count)
    }
    flushNow()
  }

  // A closed pipe or a full disk must not end the process.
  stream.on('error', () => {})
  setInterval(tick, blockAgeMs).unref()
  return {
    write(line) {
      if (waiting() + line.length > maxWaiting) {
        dropped += 1
        return
      }
      block += line
      lines += 1
      if (block.length >= blockLength) flushNow()
    },
    flush(done) {
      tick()
      stream.write('', () => done())
    },
    flushNow,
  }
}
