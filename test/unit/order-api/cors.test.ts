import { describe, expect, it } from 'vitest';
import { orderApiCors } from '../../../infra/api-gateway/order-api-cors.ts';
import { document, operationsOf } from '../../support/described-api.ts';

const { parameters = {}, responses = {} } = document.components ?? {};
const operations = operationsOf(document);

describe('the CORS rules of the order API', () => {
  it('allow every method that it has', () => {
    expect(orderApiCors.allowMethods).toEqual([...new Set(operations.map(({ method }) => method))].sort());
  });

  it('allow every header that it reads, and the two that HTTP itself needs', () => {
    const read = Object.values(parameters).flatMap((it) => ('in' in it && it.in === 'header' ? [it.name] : []));

    expect(orderApiCors.allowHeaders).toEqual([...read, 'Authorization', 'Content-Type'].sort());
  });

  it('expose every header that it answers with', () => {
    const answers = [
      ...Object.values(responses),
      ...operations.flatMap(({ operation }) => Object.values(operation.responses)),
    ];
    const answered = answers.flatMap((it) => Object.keys((it as { readonly headers?: object }).headers ?? {}));

    expect(orderApiCors.exposeHeaders).toEqual([...new Set(answered)].sort());
  });
});
