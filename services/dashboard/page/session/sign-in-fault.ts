/** Why somebody could not be signed in, as a sentence. What the provider says of it is text like any other, and cut. */
import * as oauth from 'oauth4webapi';

export const describeSignInFault = (fault: unknown): string => {
  if (fault instanceof oauth.AuthorizationResponseError)
    return `The identity provider let nobody in: ${said(fault.error, fault.error_description)}.`;
  if (fault instanceof oauth.ResponseBodyError)
    return fault.error === 'invalid_grant'
      ? 'The identity provider does not take this sign-in: it was used before, or took too long.'
      : `The identity provider gave no token: ${said(fault.error, fault.error_description)}.`;
  if (fault instanceof DOMException && fault.name === 'TimeoutError')
    return 'The identity provider did not answer in time.';
  const code = fault instanceof oauth.OperationProcessingError ? fault.code : undefined;
  if (code === oauth.JWT_TIMESTAMP_CHECK)
    return 'The clock of this machine and that of the identity provider are too far apart.';
  if (code === oauth.JSON_ATTRIBUTE_COMPARISON) return 'The identity provider says that it is another one.';
  // This is how fetch fails.
  if (fault instanceof TypeError)
    return 'The identity provider did not answer, or does not let pages of this address ask it.';
  const message = fault instanceof Error ? fault.message : String(fault);
  return `Signing in did not come to its end: ${cut(message)}.`;
};

const said = (error: string, description: string | undefined): string =>
  cut(description === undefined ? error : `${error}, ${description}`);

const cut = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text).replace(/\.$/, '');
