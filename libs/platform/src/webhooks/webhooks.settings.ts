/** A change feed that clients may subscribe to. */
export interface WebhookFeed {
  topic: string;
  /** The scope that reads the feed. */
  scope: string;
  /** Its changes name an institution, and a client that does not act nationally is sent those of its own alone. */
  ofInstitutions?: true;
}

/** What a service says of its webhooks. */
export class WebhookSettings {
  constructor(
    readonly feeds: readonly WebhookFeed[],
    /** 32 bytes; secrets are derived from it. With another key all webhooks have other secrets. */
    readonly key: Buffer,
  ) {}

  /** Topics among these whose changes belong to institutions. */
  ownedAmong(topics: readonly string[]): string[] {
    return this.feeds
      .filter(({ topic, ofInstitutions }) => ofInstitutions && topics.includes(topic))
      .map(({ topic }) => topic);
  }
}
