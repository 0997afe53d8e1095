import type { Router } from 'express'
import { developerPages } from './home/developer-pages.js'
import { healthPages } from './home/health-pages.js'
import { homePages } from './home/home-pages.js'
import type { World } from './world.js'

type Feature = (world: World) => { readonly router: Router }

/** The pages of every feature, in the order they are asked. */
export const pageFeatures: readonly Feature[] = [healthPages, homePages, developerPages]

/** The API calls of every feature, below /api/v1. */
export const apiFeatures: readonly Feature[] = []
