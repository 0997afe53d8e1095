import dagre from '@dagrejs/dagre'
import type { StepProgress } from './progress.js'
import type { Step } from './track.js'

interface Point {
  readonly x: number
  readonly y: number
}

/** A box of the picture; `x` and `y` are its top left corner. */
export interface PathNode extends Point {
  readonly id: string
  readonly w: number
  readonly h: number
  readonly lines: readonly string[]
  readonly state: StepProgress['state']
}

export interface PathEdge {
  readonly points: readonly Point[]
  /** The step it comes from is done. */
  readonly done: boolean
}

export interface PathGraph {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PathNode[]
  readonly edges: readonly PathEdge[]
}

const box = { width: 216, lineLength: 20, mostLines: 3, lineHeight: 18, padding: 26 }
const kept = new Map<string, PathGraph>()
const mostKept = 100

/** The picture of a path: steps from left to right after those they need. States come from progress; without, all open. */
export function pathGraph(steps: readonly Step[], progress?: readonly StepProgress[]): PathGraph {
  const states = new Map(progress?.map(({ id, state }) => [id, state]))
  const { nodes, edges, ...size } = laidOut(steps)
  return {
    ...size,
    nodes: nodes.map((node) => ({ ...node, state: states.get(node.id) ?? 'open' })),
    edges: edges.map((edge, at) => ({
      ...edge,
      done: states.get(edgesOf(steps)[at]?.from ?? '') === 'done',
    })),
  }
}

/** Where everything goes does not depend on the learner, so it is worked out once for each list of steps. */
function laidOut(steps: readonly Step[]): PathGraph {
  const key = JSON.stringify(steps.map(({ id, title, after }) => [id, title, after]))
  const known = kept.get(key)
  if (known) return known
  const graph = layOut(steps)
  if (kept.size >= mostKept) kept.delete(kept.keys().next().value ?? '')
  kept.set(key, graph)
  return graph
}

function edgesOf(steps: readonly Step[]) {
  const known = new Set(steps.map(({ id }) => id))
  return steps.flatMap(({ id, after }) =>
    after.filter((before) => known.has(before)).map((from) => ({ from, to: id })),
  )
}

/** What we use of the library; its own types do not resolve under NodeNext. */
interface LayeredGraph {
  setGraph(label: Readonly<Record<string, string | number>>): void
  setDefaultEdgeLabel(label: () => object): void
  setNode(id: string, size: Size): void
  setEdge(from: string, to: string): void
  graph(): Partial<Size>
  node(id: string): Point & Size
  edge(from: string, to: string): { readonly points: readonly Point[] }
}

const library = dagre as unknown as {
  readonly graphlib: { readonly Graph: new () => LayeredGraph }
  layout(graph: LayeredGraph): void
}

function layOut(steps: readonly Step[]): PathGraph {
  const graph = new library.graphlib.Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 44, marginx: 8, marginy: 8 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const step of steps) {
    const lines = wrap(step.title)
    const height = lines.length * box.lineHeight + box.padding
    graph.setNode(step.id, { width: box.width, height })
  }
  for (const { from, to } of edgesOf(steps)) graph.setEdge(from, to)
  library.layout(graph)
  const size = graph.graph()
  return {
    width: Math.ceil(size.width ?? 0),
    height: Math.ceil(size.height ?? 0),
    nodes: steps.map(({ id, title }) => {
      const { x, y, width, height } = graph.node(id)
      return {
        id,
        x: round(x - width / 2),
        y: round(y - height / 2),
        w: width,
        h: height,
        lines: wrap(title),
        state: 'open',
      }
    }),
    edges: edgesOf(steps).map(({ from, to }) => ({
      points: graph.edge(from, to).points.map(({ x, y }) => ({ x: round(x), y: round(y) })),
      done: false,
    })),
  }
}

interface Size {
  readonly width: number
  readonly height: number
}

const round = (value: number) => Math.round(value * 10) / 10

/** A title in lines that fit the box; what does not fit in three lines ends with an ellipsis. */
export function wrap(title: string): string[] {
  const lines: string[] = []
  for (const word of title.trim().split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && `${last} ${word}`.length <= box.lineLength)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word.length > box.lineLength ? `${word.slice(0, box.lineLength - 1)}…` : word)
  }
  if (lines.length <= box.mostLines) return lines
  const shown = lines.slice(0, box.mostLines)
  return [...shown.slice(0, -1), `${(shown.at(-1) ?? '').slice(0, box.lineLength - 1)}…`]
}
