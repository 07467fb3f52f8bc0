/** Whether a text is the name of a user or an organization of GitHub. */
export function isOwner(text: string): boolean {
  return /^[A-Za-z\d](?:[A-Za-z\d-]*[A-Za-z\d])?$/.test(text)
}

/** Puts an owner in the place of OWNER in addresses; those of ghcr.io take no capitals. */
export function fillOwner(text: string, owner: string): string {
  return text
    .replace(/\bghcr\.io\/OWNER\b/g, `ghcr.io/${owner.toLowerCase()}`)
    .replace(/\bOWNER\/coinflip-operator\b/g, `${owner}/coinflip-operator`)
}
