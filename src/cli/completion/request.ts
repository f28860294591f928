/** The hidden command with which a completion script asks the program what could come next. */
export const queryCommand = "__complete";
