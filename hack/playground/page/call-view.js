import { asCurl, asManifest } from './copy.js'
import { announce, byId, make, setText } from './dom.js'
import { pretty, prettyText, tokensOf } from './json.js'
import { lineOf } from './wait.js'

/** @import { CoinFlipObject, Exchange } from './types.ts' */

const copiedMs = 2_000

/**
 * Shows JSON or other text in a scrolling element.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function showJson(element, text) {
  const lines = text.split('\n').map((line) => {
    const parts = tokensOf(line).map(({ text, kind }) =>
      make('span', { class: `json-${kind}` }, text),
    )
    const block = make('span', { class: 'json-line' }, ...parts, '\n')
    block.style.setProperty('--indent', `${line.search(/\S|$/)}ch`)
    return block
  })
  element.replaceChildren(make('pre', {}, ...lines))
  // Lets the keyboard scroll it.
  element.tabIndex = 0
}

/** @param {Exchange} exchange */
function answerOf({ body, outcome }) {
  if (body !== '') return prettyText(body)
  return outcome.kind === 'failed' ? outcome.why : 'no body'
}

/** @param {HTMLButtonElement} button @param {() => string | undefined} textOf */
function copyOnClick(button, textOf) {
  const label = button.textContent ?? ''
  button.addEventListener('click', async () => {
    const text = textOf()
    if (text === undefined) return
    const done = await navigator.clipboard.writeText(text).then(
      () => 'Copied',
      () => 'The browser refuses to copy',
    )
    button.textContent = done
    announce(done)
    setTimeout(() => {
      button.textContent = label
    }, copiedMs)
  })
}

/**
 * The last call about the selected CoinFlip.
 * @param {() => string} hooks base URL of the hooks
 */
export function createCalls(hooks) {
  const request = byId('request', HTMLElement)
  const answer = byId('answer', HTMLElement)
  /** @type {Exchange | undefined} */
  let shown
  /** @type {CoinFlipObject | undefined} */
  let present

  copyOnClick(byId('copy-curl', HTMLButtonElement), () =>
    shown ? asCurl(`${hooks()}/${shown.hook}`, shown.request) : undefined,
  )
  copyOnClick(byId('copy-manifest', HTMLButtonElement), () =>
    present ? asManifest(present) : undefined,
  )

  return {
    /** @param {Exchange | undefined} exchange @param {CoinFlipObject | undefined} object */
    render(exchange, object) {
      present = object ?? present
      if (!exchange || exchange === shown) return
      shown = exchange
      setText(byId('call-facts', HTMLElement), lineOf(exchange))
      showJson(request, pretty(JSON.parse(exchange.request)))
      showJson(answer, answerOf(exchange))
    },
  }
}
