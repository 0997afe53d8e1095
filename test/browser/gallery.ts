const words = {
  en: {
    heading: 'Front End Web Development',
    lead: 'Twenty-one short courses. Most people finish in about seven months.',
    eyebrow: 'Track',
    back: 'All tracks',
    tag: 'Accepted',
    action: 'Continue',
    long: 'Interactive Web Pages with JavaScript and Accessible Components',
  },
  es: {
    heading: 'Desarrollo web del lado del cliente',
    lead: 'Veintiún cursos cortos. La mayoría de las personas termina en unos siete meses.',
    eyebrow: 'Ruta',
    back: 'Todas las rutas',
    tag: 'Aceptada',
    action: 'Continuar',
    long: 'Páginas web interactivas con JavaScript y componentes accesibles',
  },
} as const

const states = ['done', 'done', 'next', 'open', 'open'] as const
const labels = ['How to Make a Website', 'HTML', 'CSS Basics', 'CSS Layout', 'JavaScript Basics']

function graph(title: string, description: string) {
  const nodes = labels.map((label, at) => ({
    id: `n${at}`,
    x: 20 + (at % 2) * 260,
    y: 20 + Math.floor((at + 1) / 2) * 100,
    w: 220,
    h: 64,
    lines: at === 0 ? ['How to Make', 'a Website'] : [label],
    state: states[at],
    href: '#',
  }))
  const edges = nodes.slice(1).map((node, at) => ({
    points: [
      { x: (nodes[at]?.x ?? 0) + 110, y: (nodes[at]?.y ?? 0) + 64 },
      { x: node.x + 110, y: node.y },
    ],
    done: at === 0,
  }))
  return { id: 'path', title, description, width: 540, height: 330, nodes, edges, list: '#steps' }
}

function proof(long: string) {
  const evidence = [
    {
      text: 'CSS Basics',
      level: 'provider-confirmed',
      date: '2015-02-11',
      on: 'February 11, 2015',
      href: '#',
    },
    { text: 'HTML', level: 'self-reported', date: '2015-01-09', on: 'January 9, 2015' },
  ]
  return {
    ready: false,
    statement: 'Not yet job-ready: 2 of 3 rules are met.',
    basis: 'Rules of March 1, 2015, version 3.',
    rules: [
      { id: 'steps', label: `Finish ${long}`, met: true, detail: 'All five steps.', evidence },
      { id: 'badges', label: 'Hold the first badge', met: true, evidence: evidence.slice(0, 1) },
      {
        id: 'level',
        label: 'Evidence confirmed by a provider',
        met: false,
        evidence: [],
        missing: 'HTML is self-reported.',
        next: { text: 'Ask your provider to confirm HTML', href: '#' },
      },
    ],
  }
}

function table(long: string) {
  const row = (name: string, at: number) => ({
    cells: [
      { checkbox: { name: 'learner', value: String(at), label: name } },
      { text: name, href: '#', sub: 'Gresham' },
      { tag: { word: at % 2 ? 'Job-ready' : 'Requested', tone: at % 2 ? 'good' : 'wait' } },
      { progress: { value: at, max: 21, text: `${at} / 21` } },
      { level: 'provider-confirmed' },
      { date: '2015-03-09', text: 'Mar 9, 2015' },
      String(at * 137),
      at === 2 ? null : { links: [{ href: '#', text: 'Refer' }] },
    ],
  })
  return {
    id: 'caseload',
    caption: long,
    columns: [
      { label: 'Pick', labelHidden: true },
      { label: 'Learner', sort: { href: '#', direction: 'ascending' } },
      { label: 'Status' },
      { label: 'Steps' },
      { label: 'Evidence' },
      { label: 'Last activity', sort: { href: '#' } },
      { label: 'Points', number: true, sort: { href: '#', direction: 'descending' } },
      { label: 'Actions', labelHidden: true },
    ],
    rows: [
      'Ana Lucía Fernández',
      'Deshawn Carter',
      'Nguyễn Thị Mai',
      'Wolfeschlegelsteinhausen',
    ].map(row),
  }
}

const choices = [
  { value: 'a', label: 'Multnomah County', hint: 'East Portland and Gresham' },
  { value: 'b', label: 'Washington County' },
]

const fields = [
  { name: 'name', label: 'Name', required: true, autocomplete: 'name', value: 'Ana' },
  { name: 'email', label: 'E-mail', type: 'email', hint: 'Only we see it.', autocomplete: 'email' },
  {
    name: 'password',
    label: 'Password',
    type: 'password',
    required: true,
    autocomplete: 'new-password',
  },
  { name: 'on', label: 'Day', type: 'date', value: '2015-03-09' },
  { name: 'minutes', label: 'Minutes', type: 'number', min: 1, max: 600, inputmode: 'numeric' },
  { name: 'note', label: 'Note', type: 'textarea', rows: 3, maxlength: 2000 },
  {
    name: 'center',
    label: 'Center',
    type: 'select',
    prompt: 'Choose',
    options: choices,
    value: 'b',
  },
  { name: 'file', label: 'File', type: 'file', accept: '.csv', hint: 'CSV, up to 2 GB.' },
  { name: 'place', label: 'Place', type: 'radios', required: true, options: choices },
  { name: 'records', label: 'Records', type: 'checkboxes', options: choices, checked: ['a', 'b'] },
] as const

/** One example of every partial, as locals of gallery.ejs. */
export function gallery(language: 'en' | 'es') {
  const said = words[language]
  const note = { word: said.tag, tone: 'good', who: 'WorkSource Gresham', date: '2015-03-09' }
  return {
    words: said,
    samples: {
      next: {
        heading: said.long,
        text: said.lead,
        action: { href: '#', text: said.action },
        secondary: { href: '#', text: said.back },
        progress: { value: 12, max: 21, text: '12 / 21' },
      },
      badges: [
        {
          title: 'First badge',
          kind: 'first',
          earned: true,
          on: 'Jan 9, 2015',
          date: '2015-01-09',
        },
        {
          title: said.long,
          earned: true,
          on: 'Feb 11, 2015',
          date: '2015-02-11',
          level: 'provider-confirmed',
          href: '#',
        },
        { title: said.heading, kind: 'milestone', earned: true, level: 'signature-verified' },
        { title: 'PHP', earned: false, note: '3 / 5', href: '#' },
        { title: said.heading, kind: 'milestone', earned: false },
      ],
      graph: graph(said.heading, said.lead),
      steps: {
        id: 'steps',
        items: labels.map((label, at) => ({
          label,
          href: '#',
          state: states[at],
          note: '12 h',
          ...(at < 2 && { on: 'Jan 9, 2015', date: '2015-01-09', level: 'provider-confirmed' }),
        })),
      },
      proof: proof(said.long),
      timeline: [
        { ...note, word: 'Requested', tone: 'wait', on: 'Mar 2, 2015', text: said.lead },
        { ...note, on: 'Mar 9, 2015', current: true, overdue: said.lead },
      ],
      stats: [
        { value: '5,256', label: 'Learners', asOf: 'Mar 9, 2015', date: '2015-03-09' },
        { value: '2,203', label: said.long, href: '#' },
        { value: '312', label: 'Job-ready', note: said.lead },
      ],
      tabs: {
        label: 'Views',
        items: [
          { href: '#', text: 'Job-ready', current: true, count: 312 },
          { href: '#', text: 'Stalled', count: 40 },
          { href: '#', text: said.long },
        ],
      },
      filters: {
        action: '/',
        fields: [
          { name: 'q', label: 'Name', type: 'search' },
          { name: 'ready', label: 'Status', type: 'select', prompt: 'All', options: choices },
        ],
        keep: [{ name: 'sort', value: 'name' }],
        clear: '#',
        csv: '#',
      },
      table: table(said.long),
      pages: {
        first: '#',
        previous: '#',
        next: '#',
        label: said.heading,
      },
      statusWords: [
        { word: said.tag, tone: 'good', means: said.lead },
        { word: 'Draft', means: said.lead },
      ],
      empty: { heading: said.heading, text: said.lead, action: { href: '#', text: said.action } },
      side: {
        label: 'Sections',
        items: [
          { href: '#', text: said.heading, current: true, count: 3 },
          { href: '#', text: said.long },
        ],
      },
      facts: [
        { term: 'Center', text: 'WorkSource Gresham', action: { href: '#', text: said.action } },
        { term: 'Status', tag: { word: said.tag, tone: 'good', definition: said.lead } },
        { term: 'Evidence', level: 'provider-confirmed' },
        { term: 'URL', text: 'https://waymark.example.org/api/v1/providers/treehouse/completions' },
        { term: 'Address', lines: ['19421 SE Stark St', 'Portland, OR 97233'] },
        { term: said.long, text: said.long, href: '#' },
      ],
      fields,
    },
  }
}
