import { describe, expect, it } from 'vitest';
import { checkLocal } from '../../../infra/world/local-http.ts';

const host = '127.0.0.1:4100';
const check = (headers: Record<string, string>, method = 'GET') => checkLocal({ method, headers }, 4100).kind;

describe('who may use a server of the world', () => {
  it.each([
    ['a program', { host }],
    ['a program that says localhost', { host: 'localhost:4100' }],
    ['a person who typed the address', { host, 'sec-fetch-site': 'none', 'sec-fetch-dest': 'document' }],
    ["the server's own page", { host, origin: 'http://127.0.0.1:4100', 'sec-fetch-site': 'same-origin' }],
    ['a person who followed a link', { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' }],
  ])('lets in %s', (_, headers) => {
    expect(check(headers)).toBe('local');
  });

  it.each([
    ['a name that somebody pointed at this machine', { host: 'evil.example:4100' }],
    ['another port', { host: '127.0.0.1:4101' }],
    ['no host', {} as Record<string, string>],
    ["a page's script", { host, origin: 'https://evil.example' }],
    ['a page without an origin', { host, origin: 'null' }],
    ['a page of another server on this machine', { host, origin: 'http://localhost:3000' }],
    ['a picture in a page', { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }],
    ['a script in a page', { host, 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'script' }],
    ['a frame in a page', { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' }],
    ['a request of a page whose answer it cannot read', { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': '' }],
  ])('keeps out %s', (_, headers) => {
    expect(check(headers)).toBe('refused');
  });

  it('keeps out a form in a page, also one that says nothing of its origin', () => {
    expect(check({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' }, 'POST')).toBe('refused');
  });
});
