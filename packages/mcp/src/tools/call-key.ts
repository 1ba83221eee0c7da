/** Under which a call's key is told to servers, in the `_meta` of the request: the same for each attempt at that call. */
export const CALL_KEY = "colony/callKey";
