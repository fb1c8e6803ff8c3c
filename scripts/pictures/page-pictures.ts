/** The pages and variants of the pictures. */
export const PICTURED_PAGES = ['fleet', 'controller', 'diagnosis', 'runbook'] as const;
export const PICTURE_SIZES = [
  [1280, 820],
  [360, 900],
] as const;
export const PICTURE_SCHEMES = ['light', 'dark'] as const;

/** Returns the path of a picture from the root of the project. */
export function pagePicture(page: string, width: number, scheme: string): string {
  return `docs/images/page-${page}-${width}-${scheme}.jpg`;
}

/** The paths of all pictures. */
export const PAGE_PICTURES: readonly string[] = PICTURED_PAGES.flatMap((page) =>
  PICTURE_SIZES.flatMap(([width]) => PICTURE_SCHEMES.map((scheme) => pagePicture(page, width, scheme))),
);
