/**
 * In the place of node:child_process. Commander asks for it when it is loaded, for subcommands that are programs of their own:
 * there are none, and Node would load it at each start.
 */
module.exports = {};
