/** What a shell learns: 0 done and nothing to say, 1 failed or something was found, 2 wrong usage or input. */
export const exitClean = 0;
export const exitFailed = 1;
export const exitUsage = 2;
