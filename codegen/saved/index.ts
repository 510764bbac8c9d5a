export { SavedError } from "../codec/index.js";
export {
  decodeScript,
  encodeScript,
  type FileStamp,
  isSaved,
  type KernelIdentity,
  OtherVersionError,
  type SavedFact,
  type SavedScript,
  type SavedWarning,
} from "./saved-script.js";
