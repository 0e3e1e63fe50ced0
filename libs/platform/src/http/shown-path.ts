/**
 * The path of a request as logs and problems show it: without its query, and without a segment that may be a personal
 * code, which somebody wrote where an id belongs (R-REG-30).
 */
export function shownPath(url: string): string {
  const [path = url] = url.split('?', 1);
  return path.replaceAll(/(?<=\/)\d{11}(?=\/|$)/g, '***');
}
