import { z } from 'zod'
import { listQuery } from '../http/list.js'
import { idText, optionalText } from '../http/parse.js'

export const employerQuery = z.strictObject({ skill: optionalText(100) })
export const consentingQuery = z.strictObject(listQuery)
export const personParams = z.strictObject({ id: idText })
