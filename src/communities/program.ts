/** One board's offer in one community. */
export interface Program {
  readonly id: string
  readonly communityId: string
  readonly name: string
  /** The organization of the board that runs it. */
  readonly boardId: string
  /** IANA time zone: decides on which day something happened. */
  readonly zone: string
  /** How many people it wants to reach; undefined when no goal was set. */
  readonly goal?: number
  readonly demonstration: boolean
}

/** Version of the program agreement (views/access/agreement.ejs); people accept it at sign-up, a new text is a new version. */
export const programAgreementVersion = '2026-11'
