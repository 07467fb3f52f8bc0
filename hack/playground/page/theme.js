const key = 'theme'
const root = document.documentElement

/** @param {string} theme */
function show(theme) {
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
  else delete root.dataset.theme
}

const chosen = localStorage.getItem(key) ?? 'system'
show(chosen)

addEventListener('DOMContentLoaded', () => {
  for (const input of document.querySelectorAll('input[name="theme"]')) {
    if (!(input instanceof HTMLInputElement)) continue
    input.checked = input.value === chosen
    input.addEventListener('change', () => {
      localStorage.setItem(key, input.value)
      show(input.value)
    })
  }
})
