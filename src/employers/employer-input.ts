import { z } from 'zod'
import { optionalText } from '../http/parse.js'

export const employerQuery = z.strictObject({ skill: optionalText(100) })
