import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'
import { communitiesOf } from '../access/actor.js'
import { sendCsv } from '../http/csv.js'
import { page } from '../http/page.js'
import { parseParams } from '../http/parse.js'
import { paths, to } from '../http/paths.js'
import { actorOf, pageRoutes } from '../http/route.js'
import { uploadRoute } from '../http/upload-page.js'
import { wordsOf } from '../http/words.js'
import { hurryJob } from '../jobs.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { readText } from '../providers/read-bytes.js'
import type { World } from '../world.js'
import { cellsOf, tableColumns } from './center-csv.js'
import { centerImportPage, centerImportRow } from './center-file-view.js'
import { findCenterImport, lastCenterImports } from './center-import-store.js'
import { mostImportBytes } from './center-import.js'
import { centerParams } from './center-input.js'
import { everyCenter } from './find-centers.js'
import { hsdsOf } from './hsds.js'
import { importCenters } from './import-centers.js'

/** The directory as files, out and in. */
export function centerFilePages({ ports }: Pick<World, 'ports'>) {
  const routes = pageRoutes()
  routes.get(paths.centersHsds, 'see centers', (_req, res) => sendHsds(res, ports))
  routes.get(paths.centersTable, 'see centers', async (_req, res) => {
    const columns = tableColumns.map((key) => ({ key, header: key }))
    const rows = async function* () {
      for await (const { center } of everyCenter({ limit: 200 }, ports.now())) yield cellsOf(center)
    }
    await sendCsv(res, 'centers-table.csv', columns, rows())
  })

  const upload = uploadRoute({
    view: 'centers/import',
    title: 'centers:import.title',
    show: (req) => showFiles(req),
    submit: async ({ file, filename, fields }, req) => {
      const fileName = filename.slice(0, 200)
      const content = await readText(file, mostImportBytes)
      const format = /\.csv$/i.test(fileName) ? 'csv' : 'json'
      const sent = { content, fileName, format, dryRun: fields['dryRun'] === 'true' } as const
      const { id, state } = await importCenters(sent, actorOf(req), ports)
      if (state === 'running') await hurryJob('continue center imports')
      return to(paths.centerImport, { id })
    },
  })
  routes.get(paths.importCenters, 'import centers', upload.show)
  routes.upload(paths.importCenters, 'import centers', upload.take)

  routes.get(paths.centerImport, 'import centers', async (req, res) => {
    const file = await findCenterImport(parseParams(centerParams, req.params).id)
    if (!file || !communitiesOf(actorOf(req), 'manager').includes(file.communityId))
      throw notFound()
    const shown = centerImportPage(file, wordsOf(req))
    page(req, res, 'centers/imported', { title: 'centers:import.done', shown, paths })
  })

  return routes
}

async function showFiles(req: Request) {
  const [communityId = ''] = communitiesOf(actorOf(req), 'manager')
  const files = await lastCenterImports(communityId, 20)
  const words = wordsOf(req)
  return { paths, columns: tableColumns, files: files.map((file) => centerImportRow(file, words)) }
}

async function* joined(items: AsyncIterable<object>) {
  let separator = ''
  for await (const item of items) {
    yield separator + JSON.stringify(item)
    separator = ',\n'
  }
}

/** One pass for the services and one for the centers of which none is known, so that nothing large is held. */
async function* hsdsText(now: Date) {
  const of = async function* (part: 'services' | 'organizations') {
    for await (const { center } of everyCenter({ limit: 200 }, now)) yield* hsdsOf(center)[part]
  }
  yield '{"hsds_version":"3.0","services":[\n'
  yield* joined(of('services'))
  yield '\n],"organizations":[\n'
  yield* joined(of('organizations'))
  yield '\n]}\n'
}

async function sendHsds(res: Response, { now }: Pick<Ports, 'now'>) {
  res.status(200).type('application/json').attachment('centers-hsds.json')
  res.set('Cache-Control', 'no-cache')
  await pipeline(Readable.from(hsdsText(now())), res)
}
