/** What a provider calls one of its badges, as seen in public profiles: the words for an id. */
export interface ProviderBadge {
  readonly provider: string
  readonly id: string
  readonly name: string
  readonly courseSlug?: string
  readonly courseTitle?: string
  readonly url?: string
}
