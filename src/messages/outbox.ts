/**
 * A mail to one person, announced inside the record it is about, so that record and announcement are written together.
 * `template` is a key of views/locales/<language>/mail.json with `subject` and `body`; `params` fill it, a value that is a
 * locale key is translated. Two params have a meaning: `path` becomes `{{link}}`, an absolute URL; `nonce` fills `{token}`
 * in it with a one-time token, which is thus never kept anywhere in plain. `communityId` says whose managers see it in
 * their list; without one the record's own counts.
 */
export interface OutboxEntry {
  readonly id: string
  readonly template: string
  readonly to: {
    readonly email: string
    readonly name: string
    readonly language: 'en' | 'es'
  }
  readonly params: Readonly<Record<string, string | number>>
  readonly communityId?: string
}

/** Records of one kind that carry outbox entries; every store with an outbox exports one (see outboxIn). */
export interface OutboxSource {
  /** Records with entries, at most `limit`. */
  waiting(
    limit: number,
  ): Promise<readonly { readonly recordId: string; readonly entries: readonly OutboxEntry[] }[]>
  /** Takes entries out of a record once they are messages. */
  relayed(recordId: string, entryIds: readonly string[]): Promise<void>
}
