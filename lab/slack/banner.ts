/** What the bar at the top of the page says: a sentence, live numbers, and buttons for whoever runs the lab. */
export type BannerContent = {
  text: string;
  facts: readonly { label: string; value: string }[];
  buttons: readonly { id: string; label: string }[];
};

/** The bar of the lab; it is no part of Slack, and the page shows none until it was set. */
export type Banner = {
  /** Show this from now on; the same content again tells nobody. */
  set: (content: BannerContent) => void;
  current: () => BannerContent | undefined;
  /** Hear of pressed buttons, by their id. Both return the function that ends the subscription. */
  onPress: (listener: (id: string) => void) => () => void;
  subscribe: (listener: (content: BannerContent) => void) => () => void;
  /** Press a button as the page does; false where the bar has no such button now. */
  press: (id: string) => boolean;
};

/** An empty bar. */
export function createBanner(): Banner {
  let shown: BannerContent | undefined;
  const pressed = listeners<string>();
  const changed = listeners<BannerContent>();
  return {
    set: (content) => {
      if (JSON.stringify(content) === JSON.stringify(shown)) return;
      shown = structuredClone(content);
      changed.tell(shown);
    },
    current: () => shown,
    onPress: pressed.add,
    subscribe: changed.add,
    press: (id) => {
      const known = shown?.buttons.some((button) => button.id === id) ?? false;
      if (known) pressed.tell(id);
      return known;
    },
  };
}

function listeners<T>() {
  const all = new Set<(told: T) => void>();
  return {
    tell: (told: T) => all.forEach((listener) => listener(told)),
    add: (listener: (told: T) => void) => {
      all.add(listener);
      return () => void all.delete(listener);
    },
  };
}
