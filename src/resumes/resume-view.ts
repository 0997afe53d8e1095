import { z } from 'zod'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { mostResumeBytes, resumeTypes, type ResumeFile } from './resume.js'

/** "PDF, 120 kB, added on March 9, 2015". */
export const resumeText = ({ type, size, on }: ResumeFile, words: Words): string =>
  words.t('resumes:file.text', {
    type: words.t(`resumes:type.${type}`),
    size: words.number(Math.max(1, Math.round(size / 1024))),
    on: words.day(on),
  })

/** A link to the file, for whoever may read it; undefined when there is none. */
export const resumeLink = (
  learnerId: string,
  file: ResumeFile | undefined,
  words: Words,
): { readonly term: string; readonly url: string; readonly text: string } | undefined =>
  file && {
    term: words.t('resumes:file.label'),
    url: words.href(to(paths.resumeFile, { id: learnerId })),
    text: resumeText(file, words),
  }

export const resumeAnswer = z.object({
  type: z.enum(resumeTypes),
  size: z.number().int().meta({ description: 'Bytes' }),
  on: z.string().meta({ description: 'The day it was added, YYYY-MM-DD' }),
  file: z.string().meta({ description: 'Where the bytes are, below /api/v1' }),
})

export const resumeJson = (
  learnerId: string,
  { type, size, on }: ResumeFile,
): z.output<typeof resumeAnswer> => ({ type, size, on, file: `/learners/${learnerId}/resume` })

/** The learner's page of their résumé; `readers`: the organizations that may read it now. */
export const ownResumePage = (
  learnerId: string,
  file: ResumeFile | undefined,
  readers: readonly string[],
  words: Words,
) => ({
  file: resumeLink(learnerId, file, words) ?? null,
  readers: [...readers],
  megabytes: mostResumeBytes / 1024 / 1024,
})
