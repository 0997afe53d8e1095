/**
 * One appointment as an iCalendar file (RFC 5545), for any calendar program. Times are in UTC, which every reader knows,
 * so no time zone table travels along. Written here, in sixty lines, rather than by a library: what it takes is folding
 * (3.1), escaping (3.3.11) and a dozen fixed properties, and each is held by a property test.
 */
export interface IcsEvent {
  readonly uid: string
  /** When the file was made. */
  readonly stamp: Date
  readonly startsAt: Date
  readonly endsAt: Date
  /** Grows with every change, so that a newer file replaces an older one. */
  readonly sequence: number
  readonly isCancelled: boolean
  readonly summary: string
  readonly description: string
  readonly location?: string
  readonly url: string
}

const most = 75

/** Backslash, semicolon, comma and line breaks of a text value; other control characters may not stand in one. */
export const escapeText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    // eslint-disable-next-line no-control-regex -- RFC 5545 forbids them in text
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .replace(/[\\;,]/g, (sign) => `\\${sign}`)
    .replace(/\n/g, '\\n')

/** A content line in pieces of at most 75 bytes, none cut inside a character; pieces after the first begin with a blank. */
export function fold(line: string): string {
  const pieces: string[] = []
  let piece = ''
  let size = 0
  for (const sign of line) {
    const bytes = Buffer.byteLength(sign)
    if (size + bytes > most) {
      pieces.push(piece)
      piece = ' '
      size = 1
    }
    piece += sign
    size += bytes
  }
  return [...pieces, piece].join('\r\n')
}

/** `20261122T183000Z`. */
export const utcStamp = (at: Date): string =>
  `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`

/** The file, lines ending in CRLF. */
export function icsOf(event: IcsEvent): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Waymark//Appointments//EN',
    'CALSCALE:GREGORIAN',
    `METHOD:${event.isCancelled ? 'CANCEL' : 'PUBLISH'}`,
    'BEGIN:VEVENT',
    `UID:${escapeText(event.uid)}`,
    `DTSTAMP:${utcStamp(event.stamp)}`,
    `DTSTART:${utcStamp(event.startsAt)}`,
    `DTEND:${utcStamp(event.endsAt)}`,
    `SEQUENCE:${event.sequence}`,
    `STATUS:${event.isCancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    `SUMMARY:${escapeText(event.summary)}`,
    `DESCRIPTION:${escapeText(event.description)}`,
    ...(event.location === undefined ? [] : [`LOCATION:${escapeText(event.location)}`]),
    `URL:${event.url}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return `${lines.map(fold).join('\r\n')}\r\n`
}
