import { describe, expect, it } from 'vitest';
import { readDashboardSettings } from '../../../infra/settings/dashboard-settings.ts';

const env = {
  API_URLS: 'us-east-1=https://us.api.example,eu-west-1=https://eu.api.example/orders-api/',
  TOKEN_ISSUER: 'https://issuer.example/pool',
  DASHBOARD_CLIENT_ID: 'dashboard',
};

describe('the settings of the dashboard', () => {
  it('are the regions in their order, the issuer and the client, and what is usual', () => {
    expect(readDashboardSettings(env)).toEqual({
      regions: [
        { name: 'us-east-1', apiUrl: 'https://us.api.example' },
        { name: 'eu-west-1', apiUrl: 'https://eu.api.example/orders-api' },
      ],
      issuer: 'https://issuer.example/pool',
      clientId: 'dashboard',
      scopes: ['orders:read', 'orders:write', 'facts:write', 'reviews:decide', 'plan:write'],
      tenantClaim: 'tenant',
      resource: undefined,
      loginOrigins: [],
      pollSeconds: 5,
    });
  });

  it('take what a deployment says', () => {
    const said = {
      TOKEN_TENANT_CLAIM: 'custom:shop',
      DASHBOARD_SCOPES: 'rejoin/orders:read  offline_access',
      DASHBOARD_RESOURCE: 'https://orders.example/api',
      DASHBOARD_LOGIN_ORIGINS: 'https://login.example https://login.example:8443',
      DASHBOARD_POLL_SECONDS: '30',
    };

    expect(readDashboardSettings({ ...env, ...said })).toMatchObject({
      tenantClaim: 'custom:shop',
      scopes: ['rejoin/orders:read', 'offline_access'],
      resource: 'https://orders.example/api',
      loginOrigins: ['https://login.example', 'https://login.example:8443'],
      pollSeconds: 30,
    });
  });

  it('say an origin as browsers do', () => {
    const said = { ...env, DASHBOARD_LOGIN_ORIGINS: 'https://Login.Example https://other.example:443' };
    expect(readDashboardSettings(said).loginOrigins).toEqual(['https://login.example', 'https://other.example']);
  });

  it('name everything that is missing at once', () => {
    expect(() => readDashboardSettings({})).toThrow(/API_URLS(.|\n)*TOKEN_ISSUER(.|\n)*DASHBOARD_CLIENT_ID/);
  });

  it('let an address of this machine go without TLS, and no other', () => {
    expect(readDashboardSettings({ ...env, TOKEN_ISSUER: 'http://127.0.0.1:8080' })).toMatchObject({
      issuer: 'http://127.0.0.1:8080',
    });
    expect(() => readDashboardSettings({ ...env, TOKEN_ISSUER: 'http://127.0.0.1.evil.example' })).toThrow(
      'TOKEN_ISSUER',
    );
  });

  it.each([
    ['API_URLS', ''],
    ['API_URLS', 'us-east-1'],
    ['API_URLS', 'us-east-1=http://us.api.example'],
    ['API_URLS', 'us-east-1=https://a.example,us-east-1=https://b.example'],
    ['API_URLS', 'us-east-1=https://a.example/?key=1'],
    ['TOKEN_ISSUER', 'http://issuer.example'],
    ['TOKEN_ISSUER', 'javascript:alert(1)'],
    ['TOKEN_ISSUER', 'https://user@issuer.example'],
    ['DASHBOARD_CLIENT_ID', ''],
    // The page's Content-Security-Policy names no such host.
    ['API_URLS', 'us-east-1=https://[::1]:8443'],
    ['TOKEN_ISSUER', 'https://[2001:db8::1]/pool'],
    ['TOKEN_ISSUER', 'https://login_eu.example'],
    ['TOKEN_ISSUER', 'https://a;b.example'],
    ['DASHBOARD_LOGIN_ORIGINS', 'https://[::1]'],
    ['DASHBOARD_RESOURCE', 'orders'],
    ['DASHBOARD_LOGIN_ORIGINS', 'https://login.example/'],
    ['DASHBOARD_LOGIN_ORIGINS', 'login.example'],
    ['DASHBOARD_LOGIN_ORIGINS', "'unsafe-inline'"],
    ['DASHBOARD_POLL_SECONDS', '0'],
    ['DASHBOARD_POLL_SECONDS', ''],
    ['DASHBOARD_POLL_SECONDS', '1e3'],
  ])('refuse as %s: "%s"', (name, value) => {
    expect(() => readDashboardSettings({ ...env, [name]: value })).toThrow(name);
  });
});
