/** Starts the page: signs in as the place has it, then shows the frame. What keeps it from starting is said in its place. */
import { render } from 'preact';
import type { PageConfig } from '../page-config.ts';
import { App } from './app.tsx';
import { StartNote } from './components/session-notes.tsx';
import { readConfig } from './config.ts';
import type { Opened } from './session/oidc-session.ts';
import { SignedOut } from './session/session.ts';
import { openWorldSession } from './session/world-session.ts';
import './style/main.css';

const roleKey = 'rejoin.role';

const openSession = async ({ login, worldUrl = '/world' }: PageConfig): Promise<Opened> => {
  if (login.kind === 'oidc') {
    const { openOidcSession } = await import('./session/oidc-session.ts');
    return openOidcSession(login);
  }
  const session = openWorldSession({
    worldUrl,
    tenant: login.tenant,
    role: sessionStorage.getItem(roleKey),
    onRole: (name) => {
      sessionStorage.setItem(roleKey, name);
      // Nothing that was read with the rights of another role stays.
      location.reload();
    },
  });
  return { kind: 'open', session };
};

const start = async (root: HTMLElement): Promise<void> => {
  const again = () => void start(root);
  try {
    const config = readConfig(document);
    const opened = await openSession(config);
    if (opened.kind === 'open') render(<App config={config} session={opened.session} />, root);
    if (opened.kind === 'handed-over') {
      render(<StartNote tone="info" text="Go on in the tab that you came from. This one may be closed." />, root);
      window.close();
    }
  } catch (error) {
    if (error instanceof SignedOut) {
      const signIn = { name: 'Sign in', run: again };
      return render(<StartNote tone="info" text="You are signed out." action={signIn} />, root);
    }
    const reason = error instanceof Error ? error.message : String(error);
    const tryAgain = { name: 'Try again', run: again };
    render(<StartNote tone="bad" text={`The dashboard could not start. ${reason}`} action={tryAgain} />, root);
  } finally {
    // Preact leaves what it finds and does not need.
    root.querySelector('.boot')?.remove();
  }
};

const root = document.getElementById('app');
if (root) void start(root);
