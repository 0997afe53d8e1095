import { expect } from 'chai'
import type { Locator, Page } from 'playwright-core'

const holdsFocus = async (page: Page, target: Locator) =>
  (await target.and(page.locator(':focus')).count()) === 1

/** Reaches a control as a person without a mouse does: by Tab alone. Fails when it cannot be reached. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let presses = 0; presses < 250; presses += 1) {
    if (await holdsFocus(page, target)) return
    await page.keyboard.press('Tab')
  }
  expect.fail(`Tab never reaches ${target.toString()} on ${page.url()}`)
}

/** Follows a link or presses a button by keyboard and waits for the page it leads to. */
export async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target)
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
}

/** Types into a field reached by Tab, in place of what it held. */
export async function type(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText(text)
}

/** Chooses one of a group of radio buttons: Tab into the group, arrows to the choice. */
export async function choose(page: Page, group: Locator, value: string): Promise<void> {
  const wanted = group.locator(`input[value="${value}"]`)
  await tabTo(page, group.locator('input[type=radio]').first())
  await page.keyboard.press('Space')
  for (let presses = 0; presses < 20 && !(await wanted.isChecked()); presses += 1) {
    await page.keyboard.press('ArrowDown')
  }
  expect(await wanted.isChecked(), `choice ${value}`).to.equal(true)
}
