/** A part of the page whose code is fetched when it is first shown, so that nobody waits for what they do not look at. */
import type { ComponentType, FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Problem } from './api/problem.ts';
import { ProblemNote } from './components/resource-view.tsx';

export const later = <Props extends object>(load: () => Promise<ComponentType<Props>>): FunctionComponent<Props> => {
  let loaded: ComponentType<Props> | undefined;
  return (props) => {
    const [isMissing, setIsMissing] = useState(false);
    const [, setIsLoaded] = useState(loaded !== undefined);
    useEffect(() => {
      if (loaded || isMissing) return;
      load().then(
        (part) => {
          loaded = part;
          setIsLoaded(true);
        },
        () => setIsMissing(true),
      );
    }, [isMissing]);
    if (loaded) {
      const Part = loaded;
      return <Part {...props} />;
    }
    if (!isMissing) return null;
    return <ProblemNote problem={notFetched} what="a part of the dashboard" retry={() => location.reload()} />;
  };
};

/** It may be of another version by now, so only the whole page can be fetched anew. */
const notFetched = new Problem({ status: 0, title: 'Could not be fetched' });
