/** The version of Colony that writes into a log. */
export const RELEASE = "0.1.0";
