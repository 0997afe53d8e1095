import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, normalize, relative } from 'node:path'
import { expect } from 'chai'

const root = new URL('..', import.meta.url).pathname

const filesBelow = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file))

const sources = filesBelow('src', '.ts').filter((file) => !file.startsWith('src/embedded-mongo/'))
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')

interface Import {
  readonly from: string
  readonly typeOnly: boolean
}

const importsOf = (file: string): Import[] =>
  [
    ...textOf(file).matchAll(
      /^(import|export)\s+(type\s)?[^'"]*?from '([^']+)'|^import '([^']+)'/gm,
    ),
  ].map((match) => ({ from: match[3] ?? match[4] ?? '', typeOnly: match[2] !== undefined }))

const target = (file: string, from: string) =>
  from.startsWith('.') ? normalize(join(dirname(file), from)).replace(/\.js$/, '.ts') : from

const edge = new Set(['src/app.ts', 'src/server.ts', 'src/features.ts', 'src/navigation.ts'])
const world = /^src\/(config|secrets|world|log|jobs|database|ids)\.ts$/

type Kind = 'rule' | 'store' | 'input' | 'view' | 'use-case' | 'edge' | 'http' | 'world'

function kindOf(file: string): Kind {
  if (
    edge.has(file) ||
    file.startsWith('src/access/by-') ||
    /-(pages|api)\.ts$/.test(file) ||
    file.startsWith('src/commands/')
  )
    return 'edge'
  if (file.startsWith('src/http/')) return 'http'
  if (world.test(file)) return 'world'
  if (file.endsWith('-store.ts')) return 'store'
  if (file.endsWith('-input.ts')) return 'input'
  if (file.endsWith('-view.ts')) return 'view'
  return reachesOut(file) ? 'use-case' : 'rule'
}

const outside = /^(mongoose|mongodb|express|passport|zod|undici|nodemailer|agenda|node:fs|node:net)/

function reachesOut(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file)) return false
  seen.add(file)
  return importsOf(file)
    .filter(({ typeOnly }) => !typeOnly)
    .some(({ from }) => {
      const to = target(file, from)
      return (
        outside.test(to) ||
        (to.startsWith('src/') &&
          !to.includes('/problems.ts') &&
          (/-store\.ts$/.test(to) || reachesOut(to, seen)))
      )
    })
}

describe('the architecture', () => {
  it('keeps mongoose in stores and in the opening of the database', () => {
    const others = sources.filter(
      (file) =>
        !file.endsWith('-store.ts') &&
        file !== 'src/database.ts' &&
        importsOf(file).some(({ from }) => from === 'mongoose'),
    )

    expect(others).to.deep.equal([])
  })

  it('lets no unordered write drop a wrong row in silence', () => {
    const silent = sources.filter((file) => {
      const text = textOf(file)
      const unordered = text.match(/ordered: false/g)?.length ?? 0
      return unordered > (text.match(/throwOnValidationError: true/g)?.length ?? 0)
    })

    expect(silent).to.deep.equal([])
  })

  it('keeps stores, inputs and views away from use-cases, pages and calls', () => {
    const wrong = sources
      .filter((file) => ['store', 'input', 'view'].includes(kindOf(file)))
      .flatMap((file) =>
        importsOf(file)
          .filter(({ typeOnly }) => !typeOnly)
          .map(({ from }) => target(file, from))
          .filter((to) => to.startsWith('src/') && ['use-case', 'edge'].includes(kindOf(to)))
          .map((to) => `${file} -> ${to}`),
      )

    expect(wrong).to.deep.equal([])
  })

  it('keeps requests and answers out of use-cases', () => {
    const wrong = sources.filter(
      (file) =>
        kindOf(file) === 'use-case' && importsOf(file).some(({ from }) => from === 'express'),
    )

    expect(wrong).to.deep.equal([])
  })

  it('lets no feature enter another by its pages, its calls or its inputs', () => {
    const wrong = sources
      .filter((file) => !edge.has(file))
      .flatMap((file) =>
        importsOf(file)
          .map(({ from }) => target(file, from))
          .filter(
            (to) =>
              /-(pages|api)\.ts$/.test(to) &&
              dirname(to) !== dirname(file) &&
              file !== 'src/home/home-pages.ts',
          )
          .map((to) => `${file} -> ${to}`),
      )

    expect(wrong).to.deep.equal([])
  })

  it('has no import cycles', () => {
    const cycles: string[] = []
    const done = new Set<string>()
    const walk = (file: string, path: readonly string[]) => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      if (done.has(file) || path.includes(file)) return
      for (const { from, typeOnly } of importsOf(file)) {
        const to = target(file, from)
        if (!typeOnly && sources.includes(to)) walk(to, [...path, file])
      }
      done.add(file)
    }
    for (const file of sources) walk(file, [])

    expect(cycles).to.deep.equal([])
  })

  it('lets signed badges be known to what shares and checks them, never the other way', () => {
    const above: Readonly<Record<string, readonly string[]>> = {
      'src/drawing': ['src/credentials', 'src/sharing', 'src/verification'],
      'src/credentials': ['src/sharing', 'src/verification'],
      'src/sharing': ['src/verification'],
    }
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .map(({ from }) => target(file, from))
        .filter((to) => above[dirname(file)]?.includes(dirname(to)))
        .map((to) => `${file} -> ${to}`),
    )

    expect(wrong).to.deep.equal([])
  })

  it('keeps the clock, chance and the environment out of rules', () => {
    const wrong = sources.filter(
      (file) =>
        kindOf(file) === 'rule' &&
        /Date\.now\(|new Date\(\)|Math\.random\(|process\.(env|argv)/.test(textOf(file)),
    )

    expect(wrong).to.deep.equal([])
  })

  it('keeps the embedded database free of everything else', () => {
    const wrong = filesBelow('src/embedded-mongo', '.ts').flatMap((file) =>
      importsOf(file)
        .map(({ from }) => from)
        .filter((from) => !/^(\.\/|\.\.\/(?!\.\.)|node:|bson$|lmdb$|mingo)/.test(from))
        .map((from) => `${file} -> ${from}`),
    )

    expect(wrong).to.deep.equal([])
  })

  it('has no source file over 300 lines', () => {
    const long = filesBelow('src', '.ts').filter((file) => textOf(file).split('\n').length > 301)

    expect(long).to.deep.equal([])
  })

  it('writes no HTML unescaped but the body of the layout and includes', () => {
    const wrong = filesBelow('views', '.ejs').flatMap((file) =>
      [...textOf(file).matchAll(/<%-(?!\s*include\()(.*?)%>/g)]
        .filter((match) => !(file === 'views/layout.ejs' && match[1]?.trim() === 'body'))
        .map((match) => `${file}: ${match[0]}`),
    )

    expect(wrong).to.deep.equal([])
  })

  it('has no inline script, style or event handler in a view', () => {
    const wrong = filesBelow('views', '.ejs').filter((file) =>
      /<script(?![^>]*\bsrc=)(?![^>]*application\/ld\+json)|<style|\sstyle=|\son[a-z]+=/.test(
        textOf(file),
      ),
    )

    expect(wrong).to.deep.equal([])
  })

  it('has the same words in every language', () => {
    const keysOf = (value: unknown, path = ''): string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) =>
            keysOf(inner, path ? `${path}.${key}` : key),
          )
        : [path.replace(/_(zero|one|two|few|many|other)$/, '')]
    const read = (language: string) =>
      filesBelow(`views/locales/${language}`, '.json').flatMap((file) =>
        keysOf(JSON.parse(textOf(file))).map((key) => `${basename(file, '.json')}:${key}`),
      )

    expect([...new Set(read('es'))].sort()).to.deep.equal([...new Set(read('en'))].sort())
  })

  it('has a word for every key that code and views name', () => {
    const known = new Set<string>()
    const collect = (value: unknown, path: string): void => {
      known.add(path)
      known.add(path.replace(/_(zero|one|two|few|many|other)$/, ''))
      if (typeof value === 'object' && value !== null)
        for (const [key, inner] of Object.entries(value))
          collect(inner, `${path}${path.endsWith(':') ? '' : '.'}${key}`)
    }
    const names = filesBelow('views/locales/en', '.json').map((file) => basename(file, '.json'))
    for (const name of names)
      collect(JSON.parse(textOf(`views/locales/en/${name}.json`)), `${name}:`)
    const pattern = new RegExp(`['"\`]((?:${names.join('|')}):[a-z][\\w.-]*)['"\`]`, 'g')
    const missing = [...sources, ...filesBelow('views', '.ejs')].flatMap((file) =>
      [...textOf(file).matchAll(pattern)]
        .map((match) => match[1] ?? '')
        .filter((key) => !key.endsWith('.') && !known.has(key))
        .map((key) => `${relative('.', file)}: ${key}`),
    )

    expect(missing).to.deep.equal([])
  })

  it('mirrors its features in src, views and test', () => {
    const features = readdirSync(join(root, 'src')).filter((name) =>
      statSync(join(root, 'src', name)).isDirectory(),
    )
    const strays = readdirSync(join(root, 'views'))
      .filter((name) => statSync(join(root, 'views', name)).isDirectory())
      .filter((name) => !['partials', 'locales', 'styles', ...features].includes(name))

    expect(strays).to.deep.equal([])
  })
})
