/**
 * Finds the element with an id and an expected class.
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new Error(`there is no #${id} of that kind`)
}

/** @typedef {Node | string | undefined} Child */

/**
 * Creates an element with attributes and children; undefined attributes are left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | undefined>} attributes
 * @param {Child[]} children
 */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) element.setAttribute(name, value)
  element.append(...children.filter((child) => child !== undefined))
  return element
}

/**
 * An icon of the sprite, which is always accompanied by text.
 * @param {string} name
 */
export function icon(name) {
  const space = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(space, 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(space, 'use')
  use.setAttribute('href', `#icon-${name}`)
  svg.append(use)
  return svg
}

/**
 * Sets a text only if it differs, so that a live region announces it once.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

/**
 * Announces a text to a screen reader.
 * @param {string} text
 */
export function announce(text) {
  if (text === '') return
  // A repeated text is announced only in a new node.
  byId('announcer', HTMLElement).replaceChildren(make('p', {}, text))
}
