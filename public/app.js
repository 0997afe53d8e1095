// Every page works without this file; it only saves a click or a page load.

document.getElementById('error-summary')?.focus()

const themeLinks = [...document.querySelectorAll('[data-theme-to]')]
for (const link of themeLinks) {
  link.addEventListener('click', (event) => {
    event.preventDefault()
    document.documentElement.dataset.theme = link.dataset.themeTo
    for (const other of themeLinks) {
      if (other === link) other.setAttribute('aria-current', 'true')
      else other.removeAttribute('aria-current')
    }
    void fetch(link.href, { credentials: 'same-origin' })
  })
}

// "More" of the navigation closes when one turns to something else.
const more = document.querySelector('.site-nav__more details')
if (more) {
  document.addEventListener('click', (event) => {
    if (!more.contains(event.target)) more.open = false
  })
  more.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !more.open) return
    more.open = false
    more.firstElementChild.focus()
  })
}

// The picture of a path opens where the next step is, without moving the page.
for (const frame of document.querySelectorAll('.path__scroll')) {
  const next = frame.querySelector('.path__node--next')
  if (!next) continue
  const [inner, outer] = [next.getBoundingClientRect(), frame.getBoundingClientRect()]
  frame.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2
}

// A second press of a button while the first is under way sends nothing twice.
const sent = new Set()
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener('submit', (event) => {
    if (sent.has(form)) event.preventDefault()
    sent.add(form)
  })
}
window.addEventListener('pageshow', () => sent.clear())

// `<div id="…" data-live="2">` is fetched anew every 2 seconds, until the fresh one carries no data-live.
async function refresh(element) {
  const answer = await fetch(location.href, { credentials: 'same-origin' })
  if (!answer.ok) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const fresh = page.getElementById(element.id)
  if (!fresh) return
  element.replaceWith(fresh)
  if (fresh.dataset.live) keepLive(fresh)
}

function keepLive(element) {
  setTimeout(() => void refresh(element), Number(element.dataset.live) * 1000)
}

for (const element of document.querySelectorAll('[id][data-live]')) keepLive(element)

// `<p hidden><button data-copy="…" data-copied="Copied">` shows where a browser can copy.
for (const button of document.querySelectorAll('[data-copy]')) {
  const { clipboard } = window.navigator
  if (!clipboard) break
  button.parentElement.hidden = false
  button.addEventListener('click', () => {
    void clipboard.writeText(button.dataset.copy).then(() => {
      button.firstElementChild.textContent = button.dataset.copied
    })
  })
}

// On a shared computer: a word a minute before the time without a request is over, and the page is cleared when it is.
const clearing = document.querySelector('form[data-idle]')
if (clearing) {
  const soon = document.querySelector('.shared-bar__soon')
  let timers = []
  const wait = () => {
    timers.forEach(clearTimeout)
    soon.hidden = true
    const all = Number(clearing.dataset.idle) * 1000
    timers = [
      setTimeout(() => (soon.hidden = false), all - 60_000),
      setTimeout(() => clearing.requestSubmit(), all),
    ]
  }
  soon.querySelector('button').addEventListener('click', () => {
    void fetch(location.href, { credentials: 'same-origin' })
    used()
  })
  // The session is one for all tabs, so the others wait anew too.
  const used = () => {
    localStorage.setItem('used', String(Date.now()))
    wait()
  }
  addEventListener('storage', ({ key }) => key === 'used' && wait())
  used()
}

// `<p hidden><button data-print>` shows where a browser can print at a press.
for (const button of document.querySelectorAll('[data-print]')) {
  button.parentElement.hidden = false
  button.addEventListener('click', () => window.print())
}
