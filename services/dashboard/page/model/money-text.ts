/**
 * Money as people write it. The ledger counts in the minor units of the order's currency; how many of them make one is the
 * currency's matter (100 for EUR, 1 for JPY). Pure.
 */

/** `amount` in minor units. Without a currency, or with one that nobody knows, it says so and converts nothing. */
export const moneyText = (amount: number, currency: unknown, locale?: string): string => {
  const format = typeof currency === 'string' ? formatOf(currency, locale) : undefined;
  if (!format || !Number.isSafeInteger(amount)) return `${amount.toLocaleString(locale)} minor units`;
  const digits = format.resolvedOptions().maximumFractionDigits ?? 0;
  return format.format(amount / 10 ** digits);
};

const formatOf = (currency: string, locale: string | undefined): Intl.NumberFormat | undefined => {
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency });
  } catch {
    return undefined;
  }
};
