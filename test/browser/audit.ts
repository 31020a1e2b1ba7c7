/**
 * What is wrong with the page for people who hear it, use it by keyboard or see little; runs inside the page. Names, roles, ids, alternatives
 * of pictures, headings, sizes of what is pressed, the contrast of all visible words (4.5, or 3 for large ones), and nothing wider than the screen.
 */
export function audit(): string[] {
  const faults: string[] = [];
  const shown = (element: Element) => element.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true });
  const told = (element: Element) => element.outerHTML.slice(0, 120);
  const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)].filter(shown);
  const wordsOf = (ids: string | null) =>
    (ids ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent ?? "")
      .join(" ")
      .trim();

  const nameOf = (element: HTMLElement) => {
    const labels =
      "labels" in element ? [...((element.labels as NodeListOf<HTMLElement> | null) ?? [])].map((label) => label.textContent) : [];
    return (
      element.getAttribute("aria-label") ??
      (wordsOf(element.getAttribute("aria-labelledby")) || labels.join(" ") || element.textContent)
    ).trim();
  };
  for (const element of all(
    "button, a[href], input, select, textarea, summary, dialog[open], [role=region], [role=group], [role=radiogroup], nav, aside, [role=menu]",
  ))
    if (nameOf(element) === "") faults.push(`no name: ${told(element)}`);
  for (const element of all("img:not([alt]), svg[role=img]:not([aria-label])")) faults.push(`no alternative: ${told(element)}`);
  for (const element of all("[tabindex]")) if (element.tabIndex > 0) faults.push(`tabindex above 0: ${told(element)}`);

  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids.filter((each, at) => ids.indexOf(each) !== at))) faults.push(`id twice: ${id}`);
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"])
    for (const element of document.querySelectorAll(`[${attribute}]`))
      for (const id of (element.getAttribute(attribute) ?? "").split(" "))
        if (!ids.includes(id)) faults.push(`${attribute} names no ${id}`);
  if (all("main").length !== 1 && all("dialog[open]").length === 0 && all("aside").length === 0) faults.push("not one main part");
  if (all("h1").length > 1) faults.push("more than one first heading");
  if (document.documentElement.lang === "") faults.push("the page has no language");

  for (const element of all("button, select, summary")) {
    const { width, height } = element.getBoundingClientRect();
    if (Math.min(width, height) < 20) faults.push(`too small to press (${width} x ${height}): ${told(element)}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push(`wider than the screen: ${document.documentElement.scrollWidth}`);

  const channels = (color: string) => (/rgba?\(([^)]+)\)/.exec(color)?.[1] ?? "0,0,0,0").split(/[,/ ]+/).map(Number);
  const light = (color: number[]) => {
    const [red = 0, green = 0, blue = 0] = color
      .slice(0, 3)
      .map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element: Element | null): number[] => {
    if (!element) return [255, 255, 255];
    const color = channels(getComputedStyle(element).backgroundColor);
    return (color[3] ?? 1) === 0 ? groundOf(element.parentElement) : color;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (
      !element ||
      node.textContent?.trim() === "" ||
      !shown(element) ||
      element.closest(".hidden, .emoji, svg, script, noscript, option, :disabled")
    )
      continue;
    const style = getComputedStyle(element);
    const [ink, ground] = [light(channels(style.color)), light(groundOf(element))];
    const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (isLarge ? 3 : 4.5))
      faults.push(`contrast ${contrast.toFixed(2)}: "${node.textContent?.trim().slice(0, 40)}" in ${told(element)}`);
  }
  return [...new Set(faults)];
}
