/** The way to stop listening. */
export interface Subscription {
  unsubscribe(): void;
}
