/** How long something has lasted, in the two largest units that say something: `3 d 4 h`, `12 min`, `8 s`. Pure. */

const units = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

export const ageText = (ms: number): string => {
  const first = units.findIndex((unit) => ms >= unit.ms);
  if (first < 0) return '0 s';
  let rest = ms;
  const parts = units.slice(first, first + 2).map(({ name, ms: unitMs }) => {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    return count === 0 ? '' : `${count} ${name}`;
  });
  return parts.filter((part) => part !== '').join(' ');
};

/** Of what may have happened a second ago, and would else be read as a clock. */
export const agoText = (ms: number): string => (ms < justNowMs ? 'just now' : `${ageText(ms)} ago`);

const justNowMs = 3_000;
