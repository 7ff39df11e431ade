export { Accord } from "./client.ts";
export { AccordError, type CallOptions, type ConnectionOptions } from "./http.ts";
export type * from "./schema.ts";
