export { Engine, initSync, __wbg_reset_state as reset } from "../../../../target/shelfwise/web/shelfwise.js";
