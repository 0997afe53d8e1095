/** A college or employer says that a badge is worth something to it: signed, shown with the badge, carried in credentials. */
export interface Endorsement {
  readonly id: string
  readonly badge: string
  readonly organizationId: string
  readonly organizationName: string
  readonly communityId: string
  readonly comment: string
  /** The signed EndorsementCredential as JSON text. */
  readonly embedded: string
  /** Its place in a status list of the organization. */
  readonly statusList: string
  readonly statusIndex: number
  readonly state: 'live' | 'withdrawn'
  readonly createdAt: Date
  readonly createdBy: string
}
