/** Which part of a long order's entries is shown, and the way to the others. Nothing is there where all of them are. */

import { countText } from '../model/count-text.ts';
import { cutSize, formatWindowEnd } from '../model/entry-window.ts';
import { formatRoute, type Route } from '../model/route.ts';
import { useScene } from './order-scene.ts';

export const WindowSteps = () => {
  const { orderId, window, explanation, graph } = useScene();
  const before = cutSize(window.before);
  const after = cutSize(explanation.cut) - cutSize(window.upTo);
  if (before === 0 && after <= 0) return null;
  const routeTo = (upTo: string): Route => ({ page: 'order', orderId, query: { upTo } });
  return (
    <div class="row spread">
      <p role="status">
        {countText(window.entries.length, 'entry', 'entries')} shown
        {graph.nodes.length > window.entries.length && ' and those that wait'}. Left out: {before.toLocaleString()}{' '}
        earlier, {Math.max(after, 0).toLocaleString()} later.
      </p>
      <nav class="row" aria-label="Parts of the order">
        {before > 0 && <a href={formatRoute(routeTo(formatWindowEnd(window.before)))}>Earlier entries</a>}
        {after > 0 && <a href={formatRoute(routeTo(''))}>Newest entries</a>}
      </nav>
    </div>
  );
};
