import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onExitRemove } from '../../hack/lib/exit.ts'
import { type Env, end, type Running, start } from '../../hack/lib/process.ts'

const endLimitMs = 120_000

/** The output of a command so far, and its exit code if it has ended. */
export interface Screen {
  text: string
  code?: number
}

interface Started {
  command: string
  screen: Screen
  running: Running
}

/** A reader's terminals: one for commands that end, and one for each that keeps running. */
export class Terminals {
  #env: Env
  #standIns: Record<string, string>
  readonly #folderFile: string
  /** Commands that run, the oldest first. */
  #started: Started[] = []

  constructor(folder: string, env: Env, standIns: Record<string, string> = {}) {
    const own = mkdtempSync(join(tmpdir(), 'coinflip-docs-'))
    onExitRemove(own)
    this.#env = env
    this.#standIns = standIns
    this.#folderFile = join(own, 'folder')
    writeFileSync(this.#folderFile, folder)
  }

  /** Adds variables to the environment of later commands, and replaces more addresses in them. */
  use(env: Env, standIns: Record<string, string> = {}): void {
    this.#env = { ...this.#env, ...env }
    this.#standIns = { ...this.#standIns, ...standIns }
  }

  /** The present folder of the reader. */
  get folder(): string {
    return readFileSync(this.#folderFile, 'utf8').trim()
  }

  #start(text: string): Started {
    const screen: Screen = { text: '' }
    const env = { ...this.#env, FOLDER_FILE: this.#folderFile }
    const commands = Object.entries(this.#standIns).reduce(
      (all, [address, standIn]) => all.replaceAll(address, standIn),
      text,
    )
    const script = ['-e', '-c', `exec 2>&1\n${commands}`]
    const running = start('bash', script, { env, cwd: this.folder })
    running.child.stdout?.setEncoding('utf8').on('data', (piece) => {
      screen.text += piece
    })
    const started = { command: text.trim(), screen, running }
    this.#started.push(started)
    void running.ended.then(({ code }) => {
      screen.code = code
    })
    return started
  }

  /** Runs commands to their end. The next ones start in the folder in which these end. */
  async run(text: string, limitMs: number): Promise<Screen> {
    const started = this.#start(`${text}\npwd > "$FOLDER_FILE"`)
    const timer = setTimeout(() => void end(started.running, 'SIGINT', endLimitMs), limitMs)
    const { code } = await started.running.ended
    clearTimeout(timer)
    this.#started = this.#started.filter((each) => each !== started)
    return { ...started.screen, code }
  }

  /** Starts a command that keeps running. */
  stay(text: string): Screen {
    return this.#start(text).screen
  }

  /** The output of a command that keeps running. */
  screenOf(command: string): Screen | undefined {
    return this.#started.findLast((each) => each.command === command)?.screen
  }

  /** Ends a command with Ctrl-C; undefined where it does not run. */
  async interrupt(command: string): Promise<Screen | undefined> {
    const found = this.#started.findLast((each) => each.command === command)
    if (!found) return undefined
    this.#started = this.#started.filter((each) => each !== found)
    await end(found.running, 'SIGINT', endLimitMs)
    return found.screen
  }

  /** Ends all commands that still run, the latest first. */
  async close(): Promise<void> {
    for (const { command } of [...this.#started].reverse()) await this.interrupt(command)
  }
}
