// Every page works without this file; it only saves a click or a page load.

const summary = document.getElementById('error-summary')
if (summary) summary.focus()

for (const link of document.querySelectorAll('[data-theme-to]')) {
  link.addEventListener('click', (event) => {
    event.preventDefault()
    document.documentElement.dataset.theme = link.dataset.themeTo
    for (const other of document.querySelectorAll('[data-theme-to]'))
      other.toggleAttribute('aria-current', false)
    for (const same of document.querySelectorAll(`[data-theme-to="${link.dataset.themeTo}"]`))
      same.setAttribute('aria-current', 'true')
    void fetch(link.href, { credentials: 'same-origin' })
  })
}

for (const form of document.querySelectorAll('form[method="post"]')) {
  let sent = false
  form.addEventListener('submit', (event) => {
    if (sent) event.preventDefault()
    sent = true
  })
}
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})
