/** Where new ids come from. */
export interface IdSource {
  /** A new id that starts with the prefix and a dash, at least 60 random bits in a real one. */
  next(prefix: string): string;
}
