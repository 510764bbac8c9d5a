export * from "./codec.js";
export { SavedError } from "./error.js";
