/** The time as the page shows it, moving on once a second. */
import { useEffect, useState } from 'preact/hooks';

/** In ms since 1970. */
export const useNow = (): number => {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
};
