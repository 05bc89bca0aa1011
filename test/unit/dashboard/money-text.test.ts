import { describe, expect, it } from 'vitest';
import { moneyText } from '../../../services/dashboard/page/model/money-text.ts';

describe('money as people write it', () => {
  it.each([
    [498_00, 'EUR', '€498.00'],
    [5, 'EUR', '€0.05'],
    [-12_50, 'USD', '-$12.50'],
    [34_880, 'JPY', '¥34,880'],
    [1_234_567, 'KWD', 'KWD 1,234.567'],
  ])('counts the minor units of the currency: %d %s is %s', (amount, currency, text) => {
    expect(moneyText(amount, currency, 'en-US').replaceAll('\u00a0', ' ')).toBe(text);
  });

  it.each([[undefined], ['no currency'], ['EUROS'], [7], [{ sealed: true }]])('converts nothing for %o', (currency) => {
    expect(moneyText(34_880, currency, 'en-US')).toBe('34,880 minor units');
  });
});
