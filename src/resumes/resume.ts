/**
 * A learner's résumé as a file: one at a time, a PDF, a Word document or plain text. What it is is told by its content,
 * never by its name, and it is only ever handed out as a download. Others get it under a consent that covers the résumé.
 */
import { unzipSync } from 'fflate'
import type { Day } from '../calendar.js'

export const resumeTypes = ['pdf', 'docx', 'text'] as const
export type ResumeType = (typeof resumeTypes)[number]

/** What a record knows of the file. `id` finds the bytes; a new file has a new one. */
export interface ResumeFile {
  readonly id: string
  readonly type: ResumeType
  /** Bytes. */
  readonly size: number
  readonly on: Day
}

/** 2 MiB: a dozen pages with a photo. */
export const mostResumeBytes = 2 * 1024 * 1024

export const contentTypes: Readonly<Record<ResumeType, string>> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  text: 'text/plain; charset=utf-8',
}

/** The name under which it is saved: ours, so that no name from elsewhere reaches a disk. */
export const fileNames: Readonly<Record<ResumeType, string>> = {
  pdf: 'resume.pdf',
  docx: 'resume.docx',
  text: 'resume.txt',
}

/** How a file is handed out. */
export const downloadOf = <B>({
  file,
  bytes,
}: {
  readonly file: ResumeFile
  readonly bytes: B
}) => ({
  name: fileNames[file.type],
  type: contentTypes[file.type],
  bytes,
})

const begins = (bytes: Uint8Array, text: string): boolean =>
  bytes.length >= text.length &&
  Array.from(text).every((sign, at) => bytes[at] === sign.charCodeAt(0))

/** The names in a zip, without unpacking anything; undefined for what is no zip. */
function namesInZip(bytes: Uint8Array): string[] | undefined {
  const names: string[] = []
  try {
    unzipSync(bytes, {
      filter: ({ name }) => {
        names.push(name)
        return false
      },
    })
    return names
  } catch {
    return undefined
  }
}

const isDocx = (bytes: Uint8Array): boolean => {
  const names = namesInZip(bytes) ?? []
  const has = (name: string) => names.includes(name)
  return has('[Content_Types].xml') && has('word/document.xml') && !has('word/vbaProject.bin')
}

const controls = /[^\P{Cc}\t\n\r\f]/u

function isText(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.trim() !== '' && !controls.test(text)
  } catch {
    return false
  }
}

/** What a file is by its content; undefined for anything but the three. A Word document with macros is none of them. */
export function typeOfResume(bytes: Uint8Array): ResumeType | undefined {
  if (begins(bytes, '%PDF-')) return 'pdf'
  if (begins(bytes, 'PK')) return isDocx(bytes) ? 'docx' : undefined
  return isText(bytes) ? 'text' : undefined
}
