/** The word after the program's name with which the shells' scripts ask what could come next. */
export const request = "__complete";
