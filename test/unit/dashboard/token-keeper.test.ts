import { describe, expect, it } from 'vitest';
import { SignedOut } from '../../../services/dashboard/page/session/session.ts';
import { createTokenKeeper, type Grant, youngMs } from '../../../services/dashboard/page/session/token-keeper.ts';

const hourMs = 60 * 60 * 1_000;

describe('the tokens of a session', () => {
  it('are used until shortly before they end, and then renewed', async () => {
    const { keeper, clock, renewals } = start();

    clock.nowMs += hourMs - 60_001;
    expect(await keeper.token()).toBe('token-1');
    clock.nowMs += 1;
    expect(await keeper.token()).toBe('token-2');
    expect(renewals).toEqual(['refresh-1']);
  });

  it('are renewed once for all who ask at the same time', async () => {
    const { keeper, clock, renewals } = start();
    clock.nowMs += hourMs;

    const tokens = await Promise.all([keeper.token(), keeper.token(), keeper.token()]);

    expect(tokens).toEqual(['token-2', 'token-2', 'token-2']);
    expect(renewals).toHaveLength(1);
  });

  it('are not renewed all the time when they live shortly', async () => {
    const { keeper, clock } = start({ lifetimeMs: 30_000 });

    clock.nowMs += 23_999;
    expect(await keeper.token()).toBe('token-1');
    clock.nowMs += 1;
    expect(await keeper.token()).toBe('token-2');
  });

  it('are renewed with the newest refresh token, or the last where there is no newer', async () => {
    const { keeper, clock, renewals, provider } = start();
    for (const refreshToken of ['refresh-2', undefined, 'refresh-4']) {
      provider.refreshToken = refreshToken;
      clock.nowMs += hourMs;
      await keeper.token();
    }

    expect(renewals).toEqual(['refresh-1', 'refresh-2', 'refresh-2']);
    expect(keeper.grant()).toMatchObject({ refreshToken: 'refresh-4', idToken: 'id-1' });
  });

  it('are used to their end where nothing renews them, and then the session has ended', async () => {
    const { keeper, clock, heard } = start({ refreshToken: undefined });

    clock.nowMs += hourMs - 1;
    expect(await keeper.token()).toBe('token-1');
    clock.nowMs += 1;
    await expect(keeper.token()).rejects.toThrow(SignedOut);
    await expect(keeper.token()).rejects.toThrow(SignedOut);
    expect(heard).toEqual([false, true]);
  });

  it('end with the session when the provider renews them no more, and begin again with the next sign-in', async () => {
    const { keeper, clock, heard, provider } = start();
    provider.fault = new SignedOut();
    clock.nowMs += hourMs;
    await expect(keeper.token()).rejects.toThrow(SignedOut);

    keeper.replace(grantOf('token-9'));

    expect(await keeper.token()).toBe('token-9');
    expect(heard).toEqual([false, true, false]);
  });

  it('stay good to their end while the provider cannot be reached, and the session does not end for that', async () => {
    const { keeper, clock, heard, provider } = start();
    provider.fault = new TypeError('fetch failed');

    clock.nowMs += hourMs - 1;
    expect(await keeper.token()).toBe('token-1');
    clock.nowMs += 1;
    await expect(keeper.token()).rejects.toThrow('fetch failed');
    provider.fault = undefined;
    expect(await keeper.token()).toBe('token-2');
    expect(heard).toEqual([false]);
  });

  it('are renewed when a region refuses one, but not for a fault that the next would have as well', async () => {
    const { keeper, clock, renewals } = start();

    expect(await keeper.token('token-1')).toBe('token-1');
    clock.nowMs += youngMs;
    expect(await keeper.token('token-0')).toBe('token-1');
    expect(await keeper.token('token-1')).toBe('token-2');
    expect(await keeper.token('token-2')).toBe('token-2');
    expect(renewals).toHaveLength(1);
  });

  it('are renewed when the clock has jumped, whichever way', async () => {
    const { keeper, clock } = start();

    clock.nowMs -= 2 * hourMs;
    expect(await keeper.token()).toBe('token-2');
  });

  it('last as long as the regions take them where nobody said how long they live', async () => {
    const { keeper, clock } = start({ lifetimeMs: Number.POSITIVE_INFINITY });

    clock.nowMs += 1_000 * hourMs;
    expect(await keeper.token()).toBe('token-1');
    expect(await keeper.token('token-1')).toBe('token-2');
  });
});

const grantOf = (accessToken: string): Grant => ({
  accessToken,
  lifetimeMs: hourMs,
  refreshToken: 'refresh-1',
  idToken: 'id-1',
});

const start = (grant: Partial<Grant> = {}) => {
  const clock = { nowMs: 1_800_000_000_000 };
  const provider = { refreshToken: 'refresh-1' as string | undefined, fault: undefined as Error | undefined };
  const renewals: string[] = [];
  const heard: boolean[] = [];
  const keeper = createTokenKeeper({
    grant: { ...grantOf('token-1'), ...grant },
    renew: async (refreshToken) => {
      if (provider.fault) throw provider.fault;
      renewals.push(refreshToken);
      const renewed = grantOf(`token-${renewals.length + 1}`);
      return { ...renewed, refreshToken: provider.refreshToken, idToken: undefined };
    },
    nowMs: () => clock.nowMs,
  });
  keeper.onEnded((isEnded) => heard.push(isEnded));
  return { keeper, clock, provider, renewals, heard };
};
