#pragma once

// Shows the prompt in a terminal before Node has started, which takes 30 times as long as this. Keys that come meanwhile wait in the
// terminal. Only where nothing is likely to be in the way of the prompt: for root.
//
// Returns the arguments that say that it has been done; null: it is not for the prompt, or no terminal.
char **greet(char *const *arguments);
