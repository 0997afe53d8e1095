import { z } from 'zod'
import { idText } from '../http/parse.js'

export const resumeParams = z.strictObject({ id: idText })
