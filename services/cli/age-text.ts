/** How long ago something was, in the largest unit that says enough: `42 s`, `5 min`, `3 h`, `2 d`. */
export const ageText = (ageMs: number): string => {
  const seconds = Math.max(0, Math.round(ageMs / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
};
