import { englishMarker, type MarkEnglish } from '../http/language-marks.js'
import { readReference, type Reference } from './reference.js'

/** Names and descriptions of the reference catalog, which its sources give in English only. */
export function englishTexts(reference: Reference): string[] {
  const { badges, providerBadges, tracks, courses, occupations, skills } = reference
  return [
    ...badges.flatMap(({ name, description }) => [name, description]),
    ...providerBadges.badges.flatMap(({ name, courseTitle }) => [name, courseTitle]),
    ...tracks.flatMap(({ versions }) =>
      versions.flatMap(({ title, summary, note, steps, groups }) => [
        title,
        summary,
        note,
        ...steps.map((step) => step.title),
        ...groups.map((group) => group.title),
      ]),
    ),
    ...courses.flatMap(({ subject, number, title }) => [
      title,
      title === undefined ? undefined : `${subject} ${number} ${title}`,
    ]),
    ...occupations.map(({ title }) => title),
    ...skills.map(({ name }) => name),
  ].flatMap((text) => text?.trim() ?? [])
}

let marker: MarkEnglish | undefined

/** Marks what the reference catalog says in English; read once, at the first page that is not English. */
export const markReference: MarkEnglish = (html) =>
  (marker ??= englishMarker(englishTexts(readReference())))(html)
